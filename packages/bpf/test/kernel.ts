// The kernel as a judge: programs and packets to kernel.py, its verdicts back.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A program, and packets for it. */
export interface Case {
  program: ArrayLike<number>
  packets: Uint8Array[]
}

/** What the kernel says: whether it takes the program, and the octets that arrive of each packet (-1: none). */
export interface Verdict {
  isTaken: boolean
  lengths: number[]
}

/** Whether there is a Linux with python3. */
export const hasKernel: boolean =
  process.platform === 'linux' && spawnSync('python3', ['-c', 'import ctypes, socket']).status === 0

function encode(cases: Case[]): Uint8Array {
  const out: number[] = []
  const u16 = (v: number): void => {
    out.push(v & 255, v >> 8)
  }
  for (const { program, packets } of cases) {
    u16(program.length / 4)
    for (let i = 0; i < program.length; i += 4) {
      const k = program[i + 3]
      u16(program[i])
      out.push(program[i + 1], program[i + 2], k & 255, (k >> 8) & 255, (k >> 16) & 255, k >>> 24)
    }
    u16(packets.length)
    for (const b of packets) {
      u16(b.length)
      for (const x of b) out.push(x)
    }
  }
  return Uint8Array.from(out)
}

export interface Kernel {
  judge(cases: Case[]): Promise<Verdict[]>
  end(): void
}

/** Starts the judge: one child for all batches. */
export function kernel(script = 'kernel.py', ...before: string[]): Kernel {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const [command = 'python3', ...rest] = [...before, 'python3', path]
  const child: ChildProcessWithoutNullStreams = spawn(command, rest)
  child.stderr.pipe(process.stderr)
  let waiting: (() => void) | null = null
  let got = Buffer.alloc(0)
  const wake = (): void => {
    waiting?.()
    waiting = null
  }
  child.stdout.on('data', (b: Buffer) => {
    got = Buffer.concat([got, b])
    wake()
  })
  let isOver = false
  child.on('close', () => {
    isOver = true
    wake()
  })
  const need = async (n: number): Promise<void> => {
    while (got.length < n) {
      if (isOver) throw new Error('the kernel judge ended')
      await new Promise<void>(resolve => {
        waiting = resolve
      })
    }
  }
  return {
    async judge(cases) {
      child.stdin.write(encode([...cases, { program: [], packets: [] }]))
      const verdicts: Verdict[] = []
      let o = 0
      for (const { packets } of cases) {
        await need(o + 1)
        const isTaken = got[o++] === 1
        const lengths: number[] = []
        if (isTaken) {
          await need(o + 4 * packets.length)
          for (let i = 0; i < packets.length; i++, o += 4) lengths.push(got.readInt32LE(o))
        }
        verdicts.push({ isTaken, lengths })
      }
      await need(o + 1)
      got = got.subarray(o + 1)
      return verdicts
    },
    end() {
      child.stdin.end()
    },
  }
}
