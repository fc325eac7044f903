export { calibrateModel, evaluateModel, type EvaluationOptions } from './evaluate-model.js';
export { formatReport, type Report } from './report.js';
