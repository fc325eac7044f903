import { NotFoundException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { entityTagOf, matchesEntityTag } from '../http-server/entity-tag.js';
import { pageHeaders } from './page-headers.js';

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  contentType: string;
  /** A strong entity tag (RFC 9110, section 8.8.3), quotes included. */
  entityTag: string;
  body: Buffer;
}

export interface PageFilesOptions {
  /** Further files, by name. */
  made?: Record<string, string>;
  /** Where the page's pictures may come from, as `img-src` of its content security policy has it; its own origin by default. */
  imageSources?: string;
}

/**
 * A web page's files by name, read once. They are few and small, and a file that is served from memory by its name needs no
 * server of static files, and leaves no path to climb out of. The price: an edit shows after a restart.
 */
export class PageFiles {
  private constructor(
    private readonly files: ReadonlyMap<string, PageFile>,
    private readonly headers: Readonly<Record<string, string>>,
  ) {}

  /**
   * @throws {Error} for a file whose content type is not known, so that the boot stops
   */
  static async read(
    directory: string,
    { made = {}, imageSources = "'self'" }: PageFilesOptions = {},
  ): Promise<PageFiles> {
    const names = await readdir(directory);
    const files = names.map(async (name) => [name, pageFile(name, await readFile(join(directory, name)))] as const);
    const others = Object.entries(made).map(([name, text]) => [name, pageFile(name, Buffer.from(text))] as const);
    return new PageFiles(new Map([...(await Promise.all(files)), ...others]), pageHeaders(imageSources));
  }

  /**
   * Answers with a file, or with 304 where the client has it.
   * @param known the request's `If-None-Match`
   * @throws NotFoundException where there is none of this name
   */
  send(name: string, reply: FastifyReply, known: string | undefined): void {
    const file = this.files.get(name);
    if (!file) throw new NotFoundException('The page has no such file');
    void reply.headers({ ...this.headers, etag: file.entityTag });
    if (matchesEntityTag(known, file.entityTag)) void reply.status(304).send();
    else void reply.type(file.contentType).send(file.body);
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
