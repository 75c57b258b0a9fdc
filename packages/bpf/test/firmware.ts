// What every engine of the floor is asked: programs, packets and expressions come as text, one hash of all answers goes
// back. Written to the floor itself.
import { bpf } from '@tiny/bpf'
import { assemble, disassemble, source, unpack } from '@tiny/bpf/asm'
import { filter } from '@tiny/bpf/filter'
import { linux } from '@tiny/bpf/linux'
import { services } from '@tiny/bpf/names'
import type { Filter } from '@tiny/core'

function octets(hex: string): Uint8Array {
  const b = new Uint8Array(hex.length / 2)
  for (let i = 0; i < b.length; i++) b[i] = parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return b
}

// FNV-1a, a word at a time.
const mix = (h: number, v: number): number => Math.imul(h ^ (v | 0), 16777619)

function mixText(h: number, text: string): number {
  let x = h
  for (let i = 0; i < text.length; i++) x = mix(x, text.charCodeAt(i))
  return x
}

function programs(lines: string[], isFar: boolean): string {
  let h = 0
  let taken = 0
  for (let i = 0; i < lines.length; i++) {
    const words = lines[i].split(' ')
    const raw = octets(words[0])
    const p = unpack(raw, 0, raw.length, true)
    let f: Filter | null = null
    try {
      f = isFar ? linux(p, () => 4) : bpf(p)
    } catch (e) {
      h = mixText(h, (e as Error).message)
    }
    for (let j = 1; f && j < words.length; j++) {
      const b = octets(words[j])
      h = mix(h, f.run(b, 0, b.length))
    }
    if (!f) continue
    taken++
    const again = [assemble(disassemble(p)), assemble(source(p))]
    for (let k = 0; k < 2; k++) for (let j = 0; j < p.length; j++) if (again[k][j] !== p[j]) h = mix(h, i)
  }
  return `${taken} of ${lines.length} ${h}`
}

function expressions(lines: string[]): string {
  let h = 0
  let taken = 0
  for (let i = 0; i < lines.length; i++) {
    const cut = lines[i].indexOf(' ')
    try {
      const p = filter(lines[i].slice(cut + 1), { type: +lines[i].slice(0, cut), names: services })
      taken++
      for (let j = 0; j < p.length; j++) h = mix(h, p[j])
    } catch (e) {
      h = mixText(h, (e as Error).message)
    }
  }
  return `${taken} of ${lines.length} ${h}`
}

/** @param text the kind (near, far, expressions) in the first line, then one case a line */
export function answer(text: string): string {
  const lines = text.split('\n')
  const kind = lines.shift()
  return kind === 'expressions' ? expressions(lines) : programs(lines, kind === 'far')
}
