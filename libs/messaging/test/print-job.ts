import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsPositive, IsString, ValidateNested } from 'class-validator';
import { defineJob, defineMessage, defineTopology, encodeMessage } from '@ekphrasis/contracts';

/** A kind of job that is made up, as are its messages: this library knows none of the product's. */
export class PrintRequested {
  @IsInt()
  @IsPositive()
  pageId: number;

  /** Where the paper comes from. */
  @IsString()
  tray: string;
}

/** The report that a page is printed. */
export class PagePrinted {
  @IsInt()
  @IsPositive()
  pageId: number;

  @IsOptional()
  @IsInt()
  attempt?: number;
}

/** The report that these pages wait. */
export class PagesWaiting {
  @IsInt({ each: true })
  pageIds: number[];
}

class Page {
  @IsInt()
  @IsPositive()
  pageId: number;
}

/** What is broadcast. */
export class PagesRead {
  @ValidateNested({ each: true })
  @Type(() => Page)
  pages: Page[];
}

export const printRequested = defineMessage('print.requested', 1, PrintRequested);
export const pagePrinted = defineMessage('print.done', 1, PagePrinted);
export const pagesWaiting = defineMessage('print.waiting', 1, PagesWaiting);
export const pagesRead = defineMessage('pages.read', 1, PagesRead);

export const printJob = defineJob({
  name: 'print',
  request: printRequested,
  row: 'pageId',
  retry: { delaysMs: [1_000, 5_000, 20_000, 60_000], maxAttempts: 5, maxUncountedRetries: 1_440 },
  reports: {
    contracts: [pagePrinted, pagesWaiting],
    deferred: (jobs) => encodeMessage(pagesWaiting, { pageIds: jobs.map(({ pageId }) => pageId) }),
  },
});
export const { maxAttempts } = printJob.retry;

/** Another kind, with other limits and no reports. */
export const scanJob = defineJob({
  name: 'scan',
  request: defineMessage('scan.requested', 1, PrintRequested),
  row: 'pageId',
  retry: { delaysMs: [50, 100], maxAttempts: 2, maxUncountedRetries: 1 },
});

export const topology = defineTopology([printJob, scanJob]);
