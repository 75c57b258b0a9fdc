// npm run bench -- tap: frames a second from and to the kernel over a TAP interface, in a network of their own: the stack
// beside a program that only swallows or emits frames, which uses the same tap(). The limit is the ratio.
//
// In: the kernel's queue is filled while we do not read, then emptied, so that no sender takes part in the time. Out:
// datagrams to a socket of the kernel's which nobody reads.

import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { HEAD, host } from '@tiny/core'
import { address, macText, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { ipv4 } from '@tiny/ipv4'
import { run as drive, env, type Tap, tap } from '@tiny/tun'
import { type Socket, type Udp, udp } from '@tiny/udp'
import { enter, exec, lacking, must, sh } from '../netns/index.ts'

const ROUND = 20_000
const ROUNDS = 9
const SIZES = [1472, 18]
/** Octets in front of the data: Ethernet, IP, UDP. */
const FRAME = 42
/** Part of the frames that the other program moves. */
const LIMIT = 0.7
const KERNEL = '10.0.0.1'
const OURS = '10.0.0.2'

interface End {
  dev: Tap
  /** Frames that have come, as far as they are datagrams. */
  count(): number
}

/** An interface with the kernel's side set up, before anything stands on it. */
async function cable(own: string, kernel: string): Promise<Tap> {
  const dev = tap()
  await must(
    sh(`ip link set ${dev.name} txqueuelen ${2 * ROUND} up && ip addr add ${kernel}/24 dev ${dev.name}
    ip neigh add ${own} lladdr ${macText(dev.mac)} dev ${dev.name}`),
  )
  return dev
}

function swallow(dev: Tap): End {
  let frames = 0
  dev.recv = (_b, _o, n) => {
    if (n >= FRAME + 18) frames++
  }
  return { dev, count: () => frames }
}

function stack(dev: Tap, own: string): End & { u: Udp; s: Socket } {
  let frames = 0
  const h = host(env(), { pool: 1 << 20 })
  const u = udp(ipv4(h, ethernet(h, dev), { address: prefix(`${own}/24`) }))
  const s = u.bind(7, { onDatagram: () => void frames++ }, { queue: 1 << 18 }) as Socket
  drive(h, dev)
  return { dev, u, s, count: () => frames }
}

/** Nanoseconds for a frame, out of a queue that was filled before. */
async function timeIn({ count }: End, own: string, size: number): Promise<number> {
  const before = count()
  const code = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(("${own}", 7)); b = bytes(${size})
for i in range(${ROUND}): s.send(b)`
  // This process does nothing meanwhile: what is sent waits.
  if (spawnSync('python3', ['-c', code]).status !== 0) throw new Error('the kernel did not send')
  const start = process.hrtime.bigint()
  while (count() - before < ROUND) {
    await new Promise(resolve => setImmediate(resolve))
    if (process.hrtime.bigint() - start > 5_000_000_000n) throw new Error(`of ${ROUND} frames came ${count() - before}`)
  }
  return Number(process.hrtime.bigint() - start) / ROUND
}

/** Nanoseconds for a frame that is sent. */
function timeOut(send: (i: number) => number, good: number): number {
  const start = process.hrtime.bigint()
  for (let i = 0; i < ROUND; i++) if (send(i) !== good) throw new Error('a frame was refused')
  return Number(process.hrtime.bigint() - start) / ROUND
}

/**
 * Prints a row, and whether it is within the limit, which is for frames of MTU 1500. Rates are the best of all rounds; the
 * ratio is the median of those of the rounds, whose two halves follow each other: whatever else runs here meets both.
 */
function row(what: string, size: number, limits: number[], all: number[]): boolean {
  const [limit, ours] = [Math.min(...limits), Math.min(...all)]
  const rate = (ns: number): string =>
    `${Math.round(1e9 / ns)
      .toLocaleString('en')
      .padStart(9)} frames/s ${(((size + FRAME) * 8) / ns).toFixed(2).padStart(5)} Gbit/s`
  const ratio = limits.map((ns, i) => ns / (all[i] as number)).sort((a, b) => a - b)[limits.length >> 1] as number
  console.log(
    `  ${what} ${`${size}`.padStart(4)} octets  limit ${rate(limit)}   @tiny ${rate(ours)}   ratio ${ratio.toFixed(2)}`,
  )
  return size < SIZES[0]! || ratio >= LIMIT
}

export async function run(): Promise<boolean> {
  const missing = lacking('python3')
  if (missing) {
    console.log(`tap: skipped, there is no ${missing}`)
    return true
  }
  await enter()
  console.log(`tap, MTU 1500, with checksums; limit: a program that only swallows or emits; ratio at least ${LIMIT}`)
  const idle = swallow(await cable('10.1.0.2', '10.1.0.1'))
  const ours = stack(await cable(OURS, KERNEL), OURS)
  const sink = createSocket('udp4').bind(9, '0.0.0.0')
  await once(sink, 'listening')

  let passed = true
  for (const size of SIZES) {
    const limits: number[] = []
    const all: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      limits.push(await timeIn(idle, '10.1.0.2', size))
      all.push(await timeIn(ours, OURS, size))
    }
    passed = row('in ', size, limits, all) && passed
  }

  // The frame that the stack sends is what the other program emits.
  const to = address(KERNEL)
  const data = new Uint8Array(2048).map((_, i) => i)
  await must(exec('ping', '-c', '1', OURS))
  for (const size of SIZES) {
    const send = (i: number): number => ours.u.send(ours.s, data, i & 31, size, to, 0, 9)
    let frame = new Uint8Array(0)
    const { dev } = ours
    const real = dev.send
    dev.send = (b, o, n) => {
      frame = new Uint8Array(HEAD + n)
      frame.set(b.subarray(o, o + n), 46)
      return real(b, o, n)
    }
    send(0)
    dev.send = real
    const n = size + FRAME
    const emit = (): number => dev.send(frame, 46, n)
    const limits: number[] = []
    const all: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      limits.push(timeOut(emit, 0))
      all.push(timeOut(send, size))
    }
    passed = row('out', size, limits, all) && passed
  }
  sink.close()
  idle.dev.close()
  ours.dev.close()
  return passed
}
