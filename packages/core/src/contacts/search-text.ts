import { foldedText } from '../text/folded-text.js';

/** What a search for contacts looks through. */
export const searchTextOf = (contact: {
  phone: string;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
}): string => {
  let text = '';
  for (const part of [contact.firstName, contact.lastName, contact.email]) if (part) text += `${part} `;
  return foldedText(text + contact.phone);
};

/** Two or more digits written as people write numbers. */
const numberLike = /^[+\d\s().-]*\d[+\d\s().-]*\d[+\d\s().-]*$/;

/** What to look for in a {@link searchTextOf}: of a number its digits, without what stands before them in one country. */
export function searchTermOf(search: string): string {
  const folded = foldedText(search);
  return numberLike.test(folded) ? folded.replace(/\D/g, '').replace(/^0+(?=\d)/, '') : folded;
}
