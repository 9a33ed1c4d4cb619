/** The page after and before, as links to where the client has asked; null where there is none. */
export interface Links {
  next: string | null;
  previous: string | null;
}

/** Links that count pages from 1. */
export function pageLinks(url: URL, { page, pages }: { page: number; pages: number }): Links {
  return {
    next: page < pages ? withParameter(url, 'page', page + 1) : null,
    previous: page > 1 && pages > 0 ? withParameter(url, 'page', Math.min(page - 1, pages)) : null,
  };
}

/** Links that count items from nought. */
export function offsetLinks(url: URL, range: { limit: number; offset: number; total: number }): Links {
  const { limit, offset, total } = range;
  return {
    next: offset + limit < total ? withParameter(url, 'offset', offset + limit) : null,
    previous: offset > 0 ? withParameter(url, 'offset', Math.max(0, offset - limit)) : null,
  };
}

function withParameter(url: URL, name: string, value: number): string {
  const link = new URL(url);
  link.searchParams.set(name, String(value));
  return link.href;
}
