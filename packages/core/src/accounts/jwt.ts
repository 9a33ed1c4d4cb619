import { hkdfSync } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { SmsError } from '../errors.js';
import type { Clock } from '../runtime.js';

/** What a JWT of ours is for. One is never good for another's purpose. */
export type JwtUse = 'client' | 'access' | 'refresh';

const algorithm = 'HS256';
const issuer = 'ujumbe';
const longestJwt = 2_048;

/** Issues and checks the platform's JSON web tokens. What they say is looked up again; they only carry ids. */
export class Jwts {
  readonly #key: Uint8Array;

  constructor(
    secret: Buffer,
    private readonly clock: Clock,
  ) {
    // A key of its own, so that what seals secrets never signs what strangers may see.
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', 'ujumbe json web tokens', 32));
  }

  issue(use: JwtUse, token: { subject: string; lifeMs: number; claims?: JWTPayload }): Promise<string> {
    const nowSeconds = Math.floor(this.clock.now() / 1_000);
    return new SignJWT({ ...token.claims })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(use)
      .setSubject(token.subject)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + Math.floor(token.lifeMs / 1_000))
      .sign(this.#key);
  }

  /** @throws SmsError `token_expired`, `unauthenticated` */
  async verify(use: JwtUse, jwt: string): Promise<JWTPayload & { sub: string }> {
    if (jwt.length > longestJwt) throw unauthenticated();
    try {
      const { payload } = await jwtVerify(jwt, this.#key, {
        algorithms: [algorithm],
        issuer,
        audience: use,
        requiredClaims: ['sub', 'iat', 'exp'],
        currentDate: new Date(this.clock.now()),
      });
      if (payload.sub === undefined) throw unauthenticated();
      return { ...payload, sub: payload.sub };
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw new SmsError('token_expired', 'this token has expired; get another');
      if (error instanceof errors.JOSEError || error instanceof TypeError) throw unauthenticated();
      throw error;
    }
  }
}

const unauthenticated = (): SmsError => new SmsError('unauthenticated', 'invalid or missing token');
