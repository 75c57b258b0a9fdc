// libpcap as a judge: expressions to libpcap.py, its programs or its refusals back.
import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const DONT_KNOW = 0xffffffff

export interface Pcap {
  /** The program as numbers, or what libpcap says against the expression. */
  compile(expression: string, type: number, isOptimised: boolean, netmask?: number): Promise<number[] | string>
  image(instruction: readonly number[], i: number): Promise<string>
  end(): void
}

/** Whether there is a python3 that finds libpcap. */
export const hasPcap: boolean =
  spawnSync('python3', ['-c', 'import ctypes; ctypes.CDLL("libpcap.so.0.8")']).status === 0

export function pcap(): Pcap {
  const child = spawn('python3', [fileURLToPath(new URL('libpcap.py', import.meta.url))])
  child.stderr.pipe(process.stderr)
  const waiting: ((line: string) => void)[] = []
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.(line))
  const ask = <T>(request: unknown): Promise<T> =>
    new Promise(resolve => {
      waiting.push(line => resolve(JSON.parse(line) as T))
      child.stdin.write(`${JSON.stringify(request)}\n`)
    })
  return {
    compile: (expression, type, isOptimised, netmask = DONT_KNOW) =>
      ask([type === 101 ? 12 : type, 262144, isOptimised ? 1 : 0, netmask, expression]),
    image: (instruction, i) => ask([instruction, i]),
    end: () => child.stdin.end(),
  }
}
