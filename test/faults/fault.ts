import type { TestedSystem, TestedSystemOptions } from './system/tested-system.js';
import type { ImageSubmissions } from './loads/captions/image-submissions.js';
import type { LoadKind } from './loads/load.js';
import type { Loads } from './loads/loads.js';

/** What a fault has at hand while it is inflicted. */
export interface Scene {
  readonly system: TestedSystem;
  /** What clients do all the time. */
  readonly loads: Loads;
  /** Of these, the pictures that are submitted to be described. @throws where the row has none */
  readonly load: ImageSubmissions;
  /** Notes in the timeline what was done. */
  mark(label: string): void;
  /** Says that something was not as this fault's row promises; the row is red then. */
  addFinding(text: string): void;
}

/** One row of the matrix. */
export interface Fault {
  /** For the command line: `broker-killed`. */
  name: string;
  /** For the table. */
  title: string;
  /** The system it needs, where it is not the usual one. */
  system?: Omit<TestedSystemOptions, 'name'>;
  /** What clients do: pictures are submitted to be described, by default. */
  loads?: readonly LoadKind[];
  /** Pictures a second, where the suite's usual rate is too fast for it. */
  perSecond?: number;
  /** Takes more than half a minute: left out by `--quick`. */
  slow?: boolean;
  /** Images, and whatever else is asked for, that may end as failed, because the fault is what makes them fail. */
  mayFail?: number;
  /** Costs some answers, as is stated; a row in which it costs none has not shown what it is for. */
  forgoes?: boolean;
  /** Why this machine cannot do it; undefined where it can. */
  cannotRun?(): string | undefined;
  /** The command that can, where this one cannot: the row is left out then, as others are by `--quick`. */
  elsewhere?: string;
  /** Does it, under load, and undoes it: resolves when the fault is over, though not yet recovered from. */
  inflict(scene: Scene): Promise<void>;
}
