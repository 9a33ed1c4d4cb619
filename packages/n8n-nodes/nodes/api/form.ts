import { randomUUID } from 'crypto';

/** A file and what is said of it, as a form of a web page sends them. */
export interface Form {
  fields: Readonly<Record<string, string | number>>;
  file: { name: string; content: Buffer };
}

/**
 * A form as it goes over the wire (`multipart/form-data`, RFC 7578). Written here because what n8n would make one with is
 * not a thing that a package may import.
 */
export function writeForm({ fields, file }: Form): { contentType: string; body: Buffer } {
  const boundary = `ujumbe-${randomUUID()}`;
  const part = (about: string, content: string | Buffer): Buffer[] => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${about}\r\n\r\n`),
    typeof content === 'string' ? Buffer.from(content) : content,
    Buffer.from('\r\n'),
  ];
  const parts = [
    ...Object.entries(fields).flatMap(([name, value]) => part(`name="${name}"`, String(value))),
    ...part(`name="file"; filename="${quoted(file.name)}"`, file.content),
    Buffer.from(`--${boundary}--\r\n`),
  ];
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: Buffer.concat(parts) };
}

/** What would end the name, or the line it stands in, as browsers write it. */
const quoted = (name: string): string => name.replace(/[\r\n"]/g, (character) => encodeURIComponent(character));
