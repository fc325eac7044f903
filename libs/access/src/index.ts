export { AccessModule } from './access.module.js';
export { AccessSettings } from './access.settings.js';
export { isOperatorsOnly, OperatorsOnly, OPERATOR_SCHEME } from './operators-only.decorator.js';
