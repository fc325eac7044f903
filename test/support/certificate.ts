import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate for localhost that vouches for itself, with its key, as files. */
export interface Certificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly pem: Buffer;
  remove(): void;
}

export const canMakeCertificates = spawnSync('openssl', ['version']).status === 0;

export function makeCertificate(): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'ekphrasis-certificate-'));
  const [certificateFile, keyFile] = [join(directory, 'certificate.pem'), join(directory, 'key.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-out', certificateFile], { stdio: 'pipe' });
  return {
    certificateFile,
    keyFile,
    pem: readFileSync(certificateFile),
    remove: () => rmSync(directory, { recursive: true }),
  };
}
