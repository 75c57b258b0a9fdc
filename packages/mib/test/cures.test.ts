// What a sentence says to import is there to be imported, and has the verb and the option that it names.
import { readFileSync } from 'node:fs'
import { explain } from '@tiny/core/explain'
import { OPTIONS } from '@tiny/core/strict'
import { expect, it } from 'vitest'
import { stations } from '../../../tools/tinystat/talk.ts'
import { SENTENCES } from '../src/sentences.ts'

const ids = Array.from({ length: 900 }, (_, id) => explain(id)).filter(text => !text.startsWith('unknown'))
const source = readFileSync(new URL('../src/explain.ts', import.meta.url), 'utf8')
const texts = [
  ...Object.values(SENTENCES),
  ...ids,
  ...source.split('\n').filter(line => !/^(import|\/\/| \*)/.test(line)),
]

/** Whose options a verb or factory takes, where they are not called as it is. */
const TAKES: { readonly [verb: string]: keyof typeof OPTIONS } = {
  host: 'core',
  listen: 'tcpListen',
  bind: 'udpBind',
}

const load = (name: string): Promise<{ [name: string]: unknown }> => import(/* @vite-ignore */ name)

it('imports what is there', async () => {
  const names = new Set(texts.flatMap(text => text.match(/@tiny\/[a-z0-9]+(\/[a-z0-9]+)?/g) ?? []))
  expect(names.size).toBeGreaterThan(10)
  for (const name of names) expect([name, Object.keys(await load(name)).length > 0]).toEqual([name, true])
})

it('calls what is there', async () => {
  const { a } = stations()
  const engines: { [name: string]: object } = {
    '@tiny/tcp': a.t,
    '@tiny/udp': a.u,
    '@tiny/ping': a.p,
    '@tiny/raw': a.r,
  }
  const calls = texts.flatMap(text => [...text.matchAll(/(\w+)\([^()]*\) of (@tiny\/[a-z0-9]+(?:\/[a-z0-9]+)?)/g)])
  expect(calls.length).toBeGreaterThan(5)
  for (const [, verb = '', name = ''] of calls) {
    const all = await load(name)
    // A verb of what the factory gives, where the package has none.
    const verbs = engines[name] as { [verb: string]: unknown } | undefined
    expect([verb, name, typeof (all[verb] ?? verbs?.[verb])]).toEqual([verb, name, 'function'])
  }
})

it('raises what is there', () => {
  const options = texts.flatMap(text => [
    ...[...text.matchAll(/\b(?:the |)(\w+) of (\w+)\(/g)].map(m => [m[2], m[1]]),
    ...[...text.matchAll(/\b(host|ipv4|tcp|udp|tfo|raw|ping)'s (\w+)/g)].map(m => [m[1], m[2]]),
  ])
  expect(options.length).toBeGreaterThan(10)
  for (const [of = '', option = ''] of options) {
    const known: readonly string[] = OPTIONS[TAKES[of] ?? (of as keyof typeof OPTIONS)] ?? []
    // serve() has a number behind its listener.
    const isKnown = known.includes(option) || (of === 'serve' && option === 'limit')
    expect([of, option, isKnown]).toEqual([of, option, true])
  }
})
