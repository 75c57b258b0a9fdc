import { idsOfTitle, isMust, requirements, type Shown, sentenceOf, waiversOf } from './lists.ts'

const cell = (text: string): string => text.replace(/[|<>]/g, c => `\\${c}`)
/** Titles in a cell: more of them tell a reader no more. */
const MOST = 3

/**
 * What the tests of a requirement say, each sentence once, for several variants of a stack run the same tests. Those that
 * speak for the fewest requirements say the most about this one, and come first; then by the alphabet: the order in which
 * files are run is another one each time.
 */
function sayTests(tests: Shown[]): string {
  const bySpecial = [...tests].sort(
    (a, b) =>
      idsOfTitle(a.title).length - idsOfTitle(b.title).length || (sentenceOf(a.title) < sentenceOf(b.title) ? -1 : 1),
  )
  const sentences = [...new Set(bySpecial.map(test => sentenceOf(test.title)))]
  const rest = sentences.length - MOST
  return sentences.slice(0, MOST).join('; ') + (rest > 0 ? `; and ${rest} more` : '')
}

/** The coverage table of a package: one row a requirement of its lists; empty when it has none. */
export function coverageTable(name: string, shown: Map<string, Shown[]>): string {
  const rows = requirements.filter(row => row.owner === name)
  if (rows.length === 0) return ''
  const waivers = waiversOf(name)
  const musts = rows.filter(isMust)
  const lines = [
    `${musts.filter(row => shown.has(row.id)).length} of ${musts.length} MUST and MUST NOT are shown by a test of that id, ` +
      `${musts.filter(row => waivers.has(row.id)).length} are left out with a reason; ` +
      `${rows.filter(row => !isMust(row) && shown.has(row.id)).length} of ${rows.length - musts.length} others are shown.`,
    '',
    '| id | level | section | requirement | shown by |',
    '| --- | --- | --- | --- | --- |',
  ]
  for (const { id, level, section, feature } of rows) {
    const tests = shown.get(id)
    const waiver = waivers.get(id)
    const how = tests ? cell(sayTests(tests)) : waiver ? `left out: ${cell(waiver)}` : '-'
    lines.push(`| ${id} | ${level} | ${section} | ${cell(feature)} | ${how} |`)
  }
  return lines.join('\n')
}
