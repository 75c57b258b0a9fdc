// A tcpdump of our own, on @tiny/bpf:
//   node tools/run.mjs tools/tinydump/index.ts [-n] [-e] [-x] [-t] [-c COUNT] [-w FILE] -r FILE | -i tapN [EXPRESSION]
//   node tools/run.mjs tools/tinydump/index.ts -d | -dd | -ddd [-y EN10MB | RAW | LINUX_SLL | NULL] [EXPRESSION]
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { disassemble, printC, printNumbers } from '@tiny/bpf/asm'
import { filter } from '@tiny/bpf/filter'
import { jit } from '@tiny/bpf/jit'
import { linux } from '@tiny/bpf/linux'
import { services } from '@tiny/bpf/names'
import type { Filter, PacketInfo } from '@tiny/core'
import { printer } from './print.ts'
import { type Captured, fileHeader, packets, record } from './record.ts'

const TYPES: { readonly [name: string]: number } = { EN10MB: 1, RAW: 101, LINUX_SLL: 113, NULL: 0 }

interface Arguments {
  flags: Set<string>
  values: Map<string, string>
  expression: string
}

function parse(words: string[]): Arguments {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  let i = 0
  for (; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === '--') {
      i++
      break
    }
    if (!word.startsWith('-') || word === '-') break
    if (/^-d{1,3}$/.test(word)) flags.add(word.slice(1))
    else if (/^-[rwicy]$/.test(word)) {
      const value = words[++i]
      if (value === undefined) throw new Error(`${word} wants a value`)
      values.set(word.slice(1), value)
    } else if (/^-[next]+$/.test(word)) for (const letter of word.slice(1)) flags.add(letter)
    else throw new Error(`no option ${word}`)
  }
  return { flags, values, expression: words.slice(i).join(' ') }
}

const infoOf = (p: Captured): PacketInfo => {
  const frame = p.type === 1
  return {
    network: frame ? 14 : p.type === 113 ? 16 : p.type === 0 ? 4 : 0,
    link: frame ? 0 : undefined,
    protocol: frame ? ((p.b[12] ?? 0) << 8) | (p.b[13] ?? 0) : 0x800,
    kind: 0,
    ifindex: 1,
    vlan: undefined,
  }
}

/** One filter for each link type that turns up. */
function filters(expression: string): (p: Captured) => boolean {
  const made = new Map<number, Filter>()
  return p => {
    let f = made.get(p.type)
    if (!f) {
      f = jit(linux(filter(expression, { type: p.type, names: services })))
      made.set(p.type, f)
    }
    return f.run(p.b, 0, p.b.length, infoOf(p)) !== 0
  }
}

/** Writes all of it: a pipe takes what it has room for, or nothing until somebody reads. */
function writeAll(fd: number, b: Uint8Array): void {
  for (let at = 0; at < b.length; )
    try {
      at += writeSync(fd, b, at)
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EAGAIN') throw e
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
}

/** Writes a classic pcap file; a header as soon as the link type is known. */
function writer(path: string): { add(p: Captured): void; end(): void } {
  const fd = path === '-' ? 1 : openSync(path, 'w')
  let type = -1
  const head = (t: number): void => {
    if (type < 0) writeAll(fd, fileHeader(t))
    else if (type !== t) throw new Error('a classic pcap file has one link type')
    type = t
  }
  return {
    add(p) {
      head(p.type)
      writeAll(fd, record(p))
    },
    end() {
      if (type < 0) head(1)
      if (fd !== 1) closeSync(fd)
    },
  }
}

async function main(): Promise<void> {
  const { flags, values, expression } = parse(process.argv.slice(2))
  const notation = flags.has('d') ? disassemble : flags.has('dd') ? printC : flags.has('ddd') ? printNumbers : null
  if (notation) {
    const type = TYPES[values.get('y') ?? 'EN10MB']
    if (type === undefined) throw new Error(`-y is one of ${Object.keys(TYPES).join(', ')}`)
    process.stdout.write(notation(filter(expression, { type, names: services })))
    return
  }
  if (values.has('y')) throw new Error('-y goes with -d, -dd or -ddd')
  const limit = Number(values.get('c') ?? Number.POSITIVE_INFINITY)
  if (!(limit >= 1)) throw new Error(`invalid packet count ${values.get('c')}`)
  const print = printer({
    isNumeric: flags.has('n'),
    hasLink: flags.has('e'),
    hasOctets: flags.has('x'),
    isTimeless: flags.has('t'),
  })
  const passes = filters(expression)
  const target = values.get('w')
  const out = target === undefined ? null : writer(target)
  let count = 0
  const take = (p: Captured): boolean => {
    if (!passes(p)) return true
    if (out) out.add(p)
    else process.stdout.write(`${print(p)}\n`)
    return ++count < limit
  }
  const source = values.get('r')
  const card = values.get('i')
  if ((source === undefined) === (card === undefined)) throw new Error('wants -r FILE or -i tapN')
  if (source !== undefined) {
    for (const p of packets(readFileSync(source === '-' ? 0 : source))) if (!take(p)) break
    out?.end()
  } else await listen(card ?? '', take, () => out?.end())
}

/** Takes what the kernel sends into a TAP interface, until told to stop. */
async function listen(name: string, take: (p: Captured) => boolean, end: () => void): Promise<void> {
  const { tap } = await import('@tiny/tun')
  const dev = tap({ name })
  process.stderr.write(`tinydump: listening on ${dev.name}\n`)
  const stop = (): void => {
    dev.close()
    end()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  dev.recv = (b, o, n) => {
    const p = {
      type: 1,
      micros: Math.floor((performance.timeOrigin + performance.now()) * 1000),
      b: b.slice(o, o + n),
      length: n,
    }
    if (!take(p)) stop()
  }
}

try {
  await main()
} catch (e) {
  process.stderr.write(`tinydump: ${(e as Error).message}\n`)
  process.exitCode = 1
}
