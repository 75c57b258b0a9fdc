// A network namespace of its own for a test file, the demonstration or a benchmark: the process enters it, so that what
// it opens and starts is in there. Nothing is seen of it outside, and it goes with the process.
import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { createRequire } from 'node:module'
import type { Readable } from 'node:stream'

const CLONE_NEWNET = 0x40000000

function has(command: string): boolean {
  return spawnSync('which', [command]).status === 0
}

/** What a test against the kernel lacks here; '' when there is nothing. */
export function lacking(...commands: string[]): string {
  if (process.platform !== 'linux') return 'Linux'
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK)
  } catch {
    return '/dev/net/tun'
  }
  if (process.getuid?.() !== 0 || spawnSync('unshare', ['-n', 'true']).status !== 0) return 'root'
  return ['ip', 'nsenter', ...commands].find(command => !has(command)) ?? ''
}

/** Moves this thread, and all that it starts from now on, to a network of its own with nothing but the loopback. */
export async function enter(): Promise<void> {
  const koffi = createRequire(new URL('../../packages/tun/package.json', import.meta.url))('koffi')
  if (koffi.load(null).func('int unshare(int flags)')(CLONE_NEWNET)) throw new Error(`unshare: errno ${koffi.errno()}`)
  await quiet(command => sh(command))
}

// Without IPv6 nobody but us talks on an interface.
async function quiet(shell: (command: string) => Promise<Ran>): Promise<void> {
  await must(
    shell('ip link set lo up; sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1'),
  )
}

export interface Ran {
  code: number | null
  /** Both outputs. */
  out: string
}

/** Runs a program to its end while this process goes on serving its interfaces. */
export const exec = (file: string, ...args: string[]): Promise<Ran> => ended(start(file, args))

const start = (file: string, args: string[]): ChildProcessByStdio<null, Readable, Readable> =>
  spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } })

function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout.on('data', text => (out += text))
    child.stderr.on('data', text => (out += text))
    child.on('error', reject)
    child.on('close', code => resolve({ code, out }))
  })
}

/** Runs a line of shell. */
export const sh = (command: string): Promise<Ran> => exec('sh', '-c', command)

/** What has to work for the test to make sense. */
export async function must(ran: Promise<Ran>): Promise<string> {
  const { code, out } = await ran
  if (code !== 0) throw new Error(`ended with ${code}: ${out}`)
  return out
}

/** Another machine with the same kernel. */
export interface Namespace {
  readonly pid: number
  sh(command: string): Promise<Ran>
  exec(file: string, ...args: string[]): Promise<Ran>
  /** Ends what still runs in it. */
  close(): void
}

export async function namespace(): Promise<Namespace> {
  const holder: ChildProcess = spawn('unshare', ['-n', 'sh', '-c', 'echo; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  // It has left this network when it speaks.
  await new Promise(resolve => holder.stdout?.once('data', resolve))
  const pid = holder.pid as number
  const children: ChildProcess[] = [holder]
  function run(file: string, ...args: string[]): Promise<Ran> {
    const child = start('nsenter', ['-t', `${pid}`, '-n', file, ...args])
    children.push(child)
    return ended(child)
  }
  const ns: Namespace = {
    pid,
    exec: run,
    sh: command => run('sh', '-c', command),
    close: () => children.forEach(child => void child.kill()),
  }
  await quiet(ns.sh)
  return ns
}
