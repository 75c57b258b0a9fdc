import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packages, root } from '../sources.mjs'
import { idsOf, inputPaths, parse, sentencesOf } from './walk.ts'

const read = (file: string): ReturnType<typeof parse> => parse(relative(root, file), readFileSync(file, 'utf8'))
const faults = (text: string): string[] => inputPaths(parse('x.ts', text)).faults

const observed = packages.filter(p => existsSync(join(p.dir, 'src/ids.ts')))
const sourcesOf = (dir: string): string[] =>
  readdirSync(join(dir, 'src'))
    .filter(name => /\.ts$/.test(name) && !/\.test(-d)?\.ts$/.test(name))
    .map(name => join(dir, 'src', name))

describe('the walker itself', () => {
  it('finds an unnamed early return', () => {
    expect(faults('// input path\nfunction f(n: number) { if (n < 20) return\n h.put(n) }')).toHaveLength(1)
    expect(faults('// input path\nfunction f(n: number) { if (n < 20) return EATEN\n return g(n) }')).toHaveLength(1)
    expect(faults('// input path\nconst f = (n: number) => { if (n) { g(); return 0 } return 1 }')).toHaveLength(1)
    expect(
      faults('const t = {\n // input path\n input(n: number) { switch (n) { case 1: return }\n g() } }'),
    ).toHaveLength(1)
  })

  it('accepts what has a name or a reason', () => {
    expect(
      faults('// input path\nfunction f(n: number) { if (n < 20) return h.drop(SHORT, b, o, n)\n return EATEN }'),
    ).toEqual([])
    expect(faults('// input path\nfunction f(n: number) { if (n) { drop(1)\n return }\n g() }')).toEqual([])
    expect(faults('// input path\nfunction f(n: number) {\n if (n) return // eaten: answered\n g() }')).toEqual([])
    expect(
      faults('// input path\nfunction f(n: number) { if (n) return g(n)\n const k = () => { return }\n k() }'),
    ).toEqual([])
  })

  it('wants a mark on whatever receives', () => {
    expect(faults('dev.recv = (b, o, n) => { if (n) g(b) }')).toHaveLength(1)
    expect(faults('dev.recv = (b, o, n) => { g(b) }')).toEqual([])
    expect(faults('const t = { input(b, o, n) { if (n < 8) return 0\n return g(b) } }')).toHaveLength(1)
    expect(faults('// input path\ndev.recv = (b, o, n) => { if (n) g(b) }')).toEqual([])
  })
})

describe.skipIf(observed.length === 0)('nothing is dropped in silence', () => {
  it.each(observed.map(p => [p.name, p] as const))('%s names every early return of its input path', (_, p) => {
    const found = sourcesOf(p.dir).map(file => inputPaths(read(file)))
    expect(found.flatMap(f => f.faults)).toEqual([])
    expect(
      found.reduce((sum, f) => sum + f.marked, 0),
      'functions marked // input path',
    ).toBeGreaterThan(0)
  })

  it.each(observed.map(p => [p.name, p] as const))('%s reports every id that it has', (_, p) => {
    const text = sourcesOf(p.dir)
      .filter(file => !/(ids|index)\.ts$/.test(file))
      .map(file => readFileSync(file, 'utf8'))
      .join('\n')
    const unused = [...idsOf(read(join(p.dir, 'src/ids.ts'))).keys()].filter(
      id => !new RegExp(`\\b${id}\\b`).test(text),
    )
    expect(unused).toEqual([])
  })

  it('has one sentence for each id, and one id for each sentence', () => {
    const sentences = sentencesOf(read(join(root, 'packages/core/src/explain.ts')))
    const ids = observed.flatMap(p =>
      [...idsOf(read(join(p.dir, 'src/ids.ts')))].map(([name, id]) => ({ name: `${p.name} ${name}`, id })),
    )
    expect(ids.filter(({ id }) => !sentences.has(id)).map(({ name, id }) => `${name} ${id} has no sentence`)).toEqual(
      [],
    )
    expect([...sentences.keys()].filter(id => !ids.some(other => other.id === id))).toEqual([])
    expect(ids.filter(({ id }, at) => ids.findIndex(other => other.id === id) !== at).map(({ name }) => name)).toEqual(
      [],
    )
    const texts = [...sentences.values()]
    expect(
      texts.filter((text, at) => texts.indexOf(text) !== at),
      'the same sentence twice',
    ).toEqual([])
  })
})
