// Cases for firmware.ts, from a seed.
import { pack } from '../src/asm.ts'
import { EXPRESSIONS } from './expressions.ts'
import { far } from './far.ts'
import { doubtfulProgram, packets, random, validProgram } from './random.ts'
import { sentence } from './sentences.ts'
import { WRONG } from './wrong.ts'

const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')

/** Programs, one in three doubtful, with packets. */
export function programCases(kind: 'near' | 'far', seed: number, count: number): string {
  const lines: string[] = [kind]
  const where = far(() => {
    throw new Error()
  }, true).far
  for (let i = 0; i < count; i++) {
    const r = random(seed + i)
    const offsets = kind === 'far' ? where : undefined
    const p = i % 3 === 2 ? doubtfulProgram(r, offsets) : validProgram(r, 64, offsets)
    lines.push([hex(pack(p, true)), ...packets(r, 3).map(hex)].join(' '))
  }
  return lines.join('\n')
}

/** All expressions of the corpus for every link type, in parts, then random ones. */
export function expressionCases(seed: number, parts: number): string[] {
  const lines = [...EXPRESSIONS, ...WRONG].flatMap(e =>
    [1, 101, 113, 0].map(type => `${type} ${e.replace(/\n/g, ' ')}`),
  )
  for (let i = 0; i < 400; i++) lines.push(`${[1, 101, 113, 0][i % 4]} ${sentence(random(seed + i), 3)}`)
  const size = Math.ceil(lines.length / parts)
  return Array.from({ length: parts }, (_, i) => ['expressions', ...lines.slice(i * size, (i + 1) * size)].join('\n'))
}
