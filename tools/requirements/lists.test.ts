import { expect, it } from 'vitest'
import { idsOfTitle, isMust, requirements, sentenceOf, shownBy } from './lists.ts'
import { coverageTable } from './table.ts'

it('has every requirement of RFC 9293 and of the three tables of RFC 1122', () => {
  const count = (prefix: RegExp): number => requirements.filter(row => prefix.test(row.id)).length
  expect(count(/^[LIU]\d/)).toBe(178)
  expect(requirements.filter(row => /^[LIU]\d/.test(row.id) && isMust(row))).toHaveLength(110)
  for (let i = 1; i <= 69; i++)
    expect(
      requirements.some(row => row.id === `MUST-${i}`),
      `MUST-${i}`,
    ).toBe(true)
  // RFC 9293 numbers four of its requirements in two rows of its table; those of RFC 1122 are numbered here.
  const host = requirements.filter(row => row.owner !== 'tcp').map(row => row.id)
  expect(new Set(host).size).toBe(host.length)
  expect(requirements.every(row => row.owner !== '' && row.feature !== '')).toBe(true)
})

it('reads the ids at the head of a title only', () => {
  expect(idsOfTitle('3.10.7.4 MUST-10 simultaneous open')).toEqual(['MUST-10'])
  expect(idsOfTitle('RFC 9293 3.5 MUST-10, SHLD-2 simultaneous open')).toEqual(['MUST-10', 'SHLD-2'])
  expect(idsOfTitle('1122 I53 I54 redirect updates the route, not as I9')).toEqual(['I53', 'I54'])
  expect(idsOfTitle('L3 without its RFC')).toEqual([])
  expect(idsOfTitle('a sentence about MUST-10')).toEqual([])
})

it('counts tests that passed', () => {
  const assertionResults = ['passed', 'skipped', 'failed'].map((status, i) => ({ title: `1122 U${i + 1} x`, status }))
  expect([...shownBy({ testResults: [{ name: 'a', assertionResults }] }).keys()]).toEqual(['U1'])
})

it('says what a title says behind ids, sections and numbers of RFCs', () => {
  expect(sentenceOf('3.10.7.4 MUST-10 simultaneous open')).toBe('simultaneous open')
  expect(sentenceOf('RFC 9293 3.5 MUST-10, SHLD-2: simultaneous open')).toBe('simultaneous open')
  expect(sentenceOf('3.9.2.2 MUST-54 3.9.1.8 MUST-47 told, and nothing ends')).toBe('told, and nothing ends')
  expect(sentenceOf('3.5 MUST-14 3.6 RFC 6928 we close our side')).toBe('we close our side')
  expect(sentenceOf('4 SACK-15 (3) a hole')).toBe('(3) a hole')
  expect(sentenceOf('1122 I16 576 octets are put together')).toBe('576 octets are put together')
})

it('tells of each sentence once and of three at most, those about the fewest requirements first, whatever the order of the run', () => {
  const titles = ['1122 U1 U2 both', '1122 U1 b', '1122 U1 b', '1122 U1 U2 U3 all', '1122 U1 a', '1122 U1 U2 U4 those']
  const rowOf = (list: string[]): string | undefined =>
    coverageTable('udp', new Map([['U1', list.map(title => ({ title, file: '' }))]])).match(/\n\| U1 .*/)?.[0]
  expect(rowOf(titles)).toMatch(/\| a; b; both; and 2 more \|$/)
  expect(rowOf([...titles].reverse())).toBe(rowOf(titles))
  expect(rowOf(titles.slice(0, 3))).toMatch(/\| b; both \|$/)
})
