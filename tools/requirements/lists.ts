// The requirement lists, and which tests speak for which requirement.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { packages, root } from '../sources.mjs'

export interface Requirement {
  id: string
  level: string
  section: string
  feature: string
  /** Folder name of the package that has to show it. */
  owner: string
}

/** A test that passed. */
export interface Shown {
  title: string
  file: string
}

const OWNERS: { readonly [letter: string]: string } = { L: 'ethernet', I: 'ipv4', U: 'udp' }

function tsv(file: string): string[][] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter(line => line !== '' && !line.startsWith('#')).map(line => line.split('\t'))
}

const list = (name: string): string => join(root, 'tools/requirements', name)

export const requirements: Requirement[] = [
  ...tsv(list('rfc1122.tsv'))
    .slice(1)
    .map(([id = '', level = '', section = '', , feature = '']) => {
      return { id, level, section: `RFC 1122 ${section}`, feature, owner: OWNERS[id[0] ?? ''] ?? '' }
    }),
  ...tsv(list('rfc9293.tsv'))
    .slice(1)
    .map(([id = '', level = '', section = '', group = '', feature = '']) => {
      return {
        id,
        level: level.replace(/-$/, ''),
        section: `RFC 9293 ${section}`,
        feature: `${group}: ${feature}`,
        owner: 'tcp',
      }
    }),
  ...tsv(list('options.tsv'))
    .slice(1)
    .map(([id = '', level = '', section = '', group = '', feature = '']) => {
      return { id, level, section, feature: `${group}: ${feature}`, owner: 'tcp' }
    }),
]

/** MUST and MUST NOT, also where they hold under a condition only. */
export const isMust = (row: Requirement): boolean => /^MUST/.test(row.level)

const ID = /^(MUST|SHLD|MAY|REC|WS|TS|SACK)-\d+$/

/** Takes a title apart: the ids at its head, and what stands behind the last of them. */
function readTitle(title: string): { ids: string[]; sentence: string } {
  const ids: string[] = []
  let isHost = false
  let sentence = title
  for (const { 0: head, 1: word = '', index } of title.matchAll(/([^\s,:]+)[\s,:]*/g)) {
    if (ID.test(word) || (isHost && /^[LIU]\d+$/.test(word))) {
      ids.push(word)
      sentence = title.slice(index + head.length)
    } else if (word === '1122') isHost = true
    else if (!/^(RFC|\d[\d.]*)$/.test(word)) break
  }
  return { ids, sentence: sentence.replace(/^((RFC \d+|\d+(\.\d+)+) )+/, '') }
}

/**
 * The ids at the head of a title: `3.10.7.4 MUST-10 simultaneous open`, `1122 I53 I54 redirect updates the route`.
 * An id further back in the sentence is talk, not a claim.
 */
export const idsOfTitle = (title: string): string[] => readTitle(title).ids

/** What a title says of them: `simultaneous open`. */
export const sentenceOf = (title: string): string => readTitle(title).sentence

/** Waivers of a package: id, reason. */
export function waiversOf(name: string): Map<string, string> {
  const file = join(root, 'packages', name, 'waivers.tsv')
  return new Map(existsSync(file) ? tsv(file).map(([id = '', reason = '']) => [id, reason]) : [])
}

interface Report {
  testResults: { name: string; assertionResults: { title: string; status: string }[] }[]
}

/** Which passed tests of a vitest report claim which id. */
export function shownBy(report: Report): Map<string, Shown[]> {
  const shown = new Map<string, Shown[]>()
  for (const { name, assertionResults } of report.testResults)
    for (const { title, status } of assertionResults) {
      if (status !== 'passed') continue
      for (const id of idsOfTitle(title))
        shown.set(id, [...(shown.get(id) ?? []), { title, file: relative(root, name) }])
    }
  return shown
}

/** What is wrong: a MUST of an existing package without test or reason, an id that does not exist, a reason outlived. */
export function faultsOf(shown: Map<string, Shown[]>): string[] {
  const faults: string[] = []
  const known = new Set(requirements.map(row => row.id))
  for (const [id, tests] of shown) if (!known.has(id)) faults.push(`${tests[0]?.file}: no requirement ${id}`)
  for (const { name } of packages) {
    const waivers = waiversOf(name)
    for (const [id, reason] of waivers) {
      if (!known.has(id)) faults.push(`packages/${name}/waivers.tsv: no requirement ${id}`)
      if (reason.length < 10) faults.push(`packages/${name}/waivers.tsv: ${id} without a reason`)
      if (shown.has(id)) faults.push(`packages/${name}/waivers.tsv: ${id} has a test, the reason is outlived`)
    }
    for (const row of requirements.filter(r => r.owner === name && isMust(r)))
      if (!shown.has(row.id) && !waivers.has(row.id))
        faults.push(`${name}: ${row.id} ${row.level} (${row.section}) has neither test nor reason: ${row.feature}`)
  }
  return faults
}

/** The same of the last run of all tests. */
export function lastRun(): Map<string, Shown[]> {
  const file = join(root, 'node_modules/.cache/vitest.json')
  if (!existsSync(file)) throw new Error(`${relative(root, file)}: no report of a run, npm test writes it`)
  return shownBy(JSON.parse(readFileSync(file, 'utf8')))
}
