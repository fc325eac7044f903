import { CaptionCompleted, CaptionFailed, CaptionStarted, CaptionWaiting } from '@ekphrasis/contracts';

/** What a worker may report about a job. */
export type Report = CaptionStarted | CaptionCompleted | CaptionFailed | CaptionWaiting;
type ReportOfOne = Exclude<Report, CaptionWaiting>;

/** Reports that came together, as they are recorded: by kind, one a job. */
export interface SortedReports {
  waiting: { imageId: number; nonce?: string }[];
  started: CaptionStarted[];
  failed: CaptionFailed[];
  completed: CaptionCompleted[];
}

export function sortReports(reports: Report[]): SortedReports {
  const ofOne = reports.filter((report): report is ReportOfOne => !(report instanceof CaptionWaiting));
  const ended = new Set(ofOne.filter((report) => !(report instanceof CaptionStarted)).map(jobOf));
  return {
    waiting: reports.flatMap((report) => (report instanceof CaptionWaiting ? jobsIn(report) : [])),
    // a start whose end came with it would be overwritten at once, and the end tells it too
    started: latestOf(ofOne, CaptionStarted).filter((report) => !ended.has(jobOf(report))),
    failed: latestOf(ofOne, CaptionFailed),
    completed: latestOf(ofOne, CaptionCompleted),
  };
}

/** Tells jobs apart: those of different images too that have, or had, the same id. */
function jobOf({ imageId, nonce }: ReportOfOne): string {
  return `${imageId} ${nonce ?? ''}`;
}

function jobsIn({ imageIds, nonces }: CaptionWaiting): { imageId: number; nonce?: string }[] {
  return imageIds.map((imageId, index) => ({ imageId, nonce: nonces?.[index] || undefined }));
}

/**
 * The reports of one kind, one a job: a statement cannot update a row twice. In the order of their images: replicas that
 * were given the same reports then wait for each other's rows, and never each for the other's.
 */
function latestOf<T extends ReportOfOne>(reports: ReportOfOne[], kind: new () => T): T[] {
  const ofKind = reports.filter((report): report is T => report instanceof kind);
  const latest = new Map(ofKind.map((report) => [jobOf(report), report]));
  return [...latest.values()].sort((one, other) => one.imageId - other.imageId);
}
