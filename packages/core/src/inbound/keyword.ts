/** Words by which handset owners everywhere ask for no more messages, alone on the line. Swahili and French too. */
const stopWords = new Set([
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'OPTOUT',
  'ACHA',
  'SIMAMA',
  'ONDOA',
  'ARRET',
  'DESABONNER',
]);
const startWords = new Set(['START', 'UNSTOP', 'SUBSCRIBE', 'ANZA', 'REJESHA', 'DEBUT']);

/** What a reply asks for, if it is one word we know. Case, accents and punctuation around it do not matter. */
export function keywordOf(text: string): { kind: 'stop' | 'start'; word: string } | null {
  const word = text
    .slice(0, 40)
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toUpperCase();
  if (stopWords.has(word)) return { kind: 'stop', word };
  if (startWords.has(word)) return { kind: 'start', word };
  return null;
}
