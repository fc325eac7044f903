import type { ProblemKinds } from '@ekphrasis/service';

/** What this service's own errors are to a client of the page. */
export const problemKinds: ProblemKinds = {
  'broker-unavailable': { status: 503, title: 'Temporarily unavailable' },
  'publish-unknown': { status: 503, title: 'Temporarily unavailable' },
  'publish-refused': { status: 503, title: 'Temporarily unavailable' },
};
