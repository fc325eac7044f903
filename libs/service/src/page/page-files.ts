import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { entityTagOf } from '../http-server/entity-tag.js';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  contentType: string;
  /** A strong entity tag (RFC 9110, section 8.8.3), quotes included. */
  entityTag: string;
  body: Buffer;
}

/**
 * A web page's files by name, read once. They are few and small, and a file that is served from memory by its name needs no
 * server of static files, and leaves no path to climb out of. The price: an edit shows after a restart.
 */
export class PageFiles {
  private constructor(private readonly files: ReadonlyMap<string, PageFile>) {}

  /**
   * @param made further files, by name
   * @throws {Error} for a file whose content type is not known, so that the boot stops
   */
  static async read(directory: string, made: Record<string, string> = {}): Promise<PageFiles> {
    const names = await readdir(directory);
    const files = names.map(async (name) => [name, pageFile(name, await readFile(join(directory, name)))] as const);
    const others = Object.entries(made).map(([name, text]) => [name, pageFile(name, Buffer.from(text))] as const);
    return new PageFiles(new Map([...(await Promise.all(files)), ...others]));
  }

  find(name: string): PageFile | undefined {
    return this.files.get(name);
  }
}

function pageFile(name: string, body: Buffer): PageFile {
  const contentType = contentTypes[extname(name)];
  if (!contentType)
    throw new Error(
      `Expected a file of the web page to be one of ${Object.keys(contentTypes).join(', ')} but found ${name}`,
    );
  return { contentType, entityTag: entityTagOf(body), body };
}
