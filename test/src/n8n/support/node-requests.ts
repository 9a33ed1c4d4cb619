import type { IHttpRequestOptions } from 'n8n-workflow';

/** A token and where it is good, as the credential holds them. */
export interface CredentialData {
  baseUrl: string;
  apiToken: string;
}

/** What a node asked of a server. */
export interface Requested {
  method: string;
  path: string;
  key: string | undefined;
}

/** n8n's helper for requests: makes them with the token of the credential, and notes them. */
export const exchangeFor =
  (credential: CredentialData, requests: Requested[]) =>
  async (_credentialName: string, options: IHttpRequestOptions): Promise<object> => {
    const url = new URL(options.url);
    for (const [name, value] of Object.entries(options.qs ?? {})) {
      url.searchParams.set(name, `${value as string | number}`);
    }
    const headers = options.headers as Record<string, string> | undefined;
    const method = options.method ?? 'GET';
    requests.push({ method, path: url.pathname, key: headers?.['Idempotency-Key'] });
    const isWritten = Buffer.isBuffer(options.body);
    const answer = await fetch(url, {
      method,
      headers: {
        ...(!isWritten && { 'content-type': 'application/json' }),
        ...headers,
        authorization: `Bearer ${credential.apiToken}`,
      },
      ...(options.body !== undefined && {
        body: isWritten ? new Uint8Array(options.body as Buffer) : JSON.stringify(options.body),
      }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') === true;
    return {
      statusCode: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: isJson ? (JSON.parse(text) as unknown) : text,
    };
  };
