import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate for this machine that lives as long as its folder, and the file it is in. */
export interface OwnCertificate {
  cert: Buffer;
  key: Buffer;
  file: string;
}

/** Made for every run, so that no private key is in the repository. */
export function makeCertificate(folder: string): OwnCertificate {
  const file = join(folder, 'certificate.pem');
  const keyFile = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', keyFile, '-out', file];
  execFileSync('openssl', ['req', ...made, ...subject], { stdio: 'ignore' });
  return { cert: readFileSync(file), key: readFileSync(keyFile), file };
}
