// The kernel as the machine under test: a network namespace with a TAP interface, on whose other end the test is.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parse } from '@tiny/mib/proc'
import { tap } from '@tiny/tun'
import { enter, must, sh } from '../../../tools/netns/index.ts'
import { OWN, PEER } from './frames.ts'
import type { Subject } from './subject.ts'

/** What makes it comparable: features that are not in our base are off, limits are out of the way, timers short. */
const SETTINGS = {
  'net.ipv4.ipfrag_time': 1,
  'net.ipv4.icmp_ratelimit': 0,
  'net.ipv4.icmp_msgs_per_sec': 100000,
  'net.ipv4.icmp_msgs_burst': 100000,
  'net.ipv4.ping_group_range': '0 2147483647',
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.tcp_timestamps': 1,
  'net.ipv4.tcp_sack': 1,
  'net.ipv4.tcp_fastopen': 3,
  'net.ipv4.tcp_window_scaling': 0,
  'net.ipv4.tcp_ecn': 0,
  'net.ipv4.tcp_congestion_control': 'reno',
  'net.ipv4.tcp_early_retrans': 0,
  'net.ipv4.tcp_recovery': 0,
  'net.ipv4.tcp_invalid_ratelimit': 0,
  'net.ipv4.tcp_challenge_ack_limit': 2147483647,
  'net.ipv4.conf.all.rp_filter': 0,
  'net.ipv4.conf.default.rp_filter': 0,
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

export async function kernel(): Promise<Subject & { close(): void }> {
  await enter()
  for (const [name, value] of Object.entries(SETTINGS)) await must(sh(`sysctl -qw '${name}=${value}'`))
  const dev = tap({ name: 'tap0', mtu: 1500 })
  const sent: Uint8Array[] = []
  dev.recv = (b, o, n) => {
    // ARP and IGMP are no part of it.
    if (b[o + 12] === 8 && b[o + 13] === 0 && b[o + 14 + 9] !== 2) sent.push(b.slice(o, o + n))
  }
  await must(
    sh(
      `ip link set tap0 address 02:00:00:00:00:02 gso_max_segs 1 && ip addr add ${OWN}/24 dev tap0 && ip link set tap0 up && ` +
        `ip neigh replace ${PEER} lladdr 02:00:00:00:00:01 dev tap0 nud permanent && ` +
        'ip route add 224.0.0.0/4 dev tap0 && ip route add broadcast 255.255.255.255 dev tap0 && ' +
        // Each segment is acknowledged when it comes.
        `ip route change 10.0.0.0/24 dev tap0 proto kernel scope link src ${OWN} quickack 1`,
    ),
  )
  const app = spawn('python3', [fileURLToPath(new URL('app.py', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers: ((answer: number) => void)[] = []
  createInterface({ input: app.stdout }).on('line', line => answers.shift()?.(JSON.parse(line)))
  const call = async (...args: unknown[]): Promise<number> => {
    const answer = await new Promise<number>(resolve => {
      answers.push(resolve)
      app.stdin.write(`${JSON.stringify(args)}\n`)
    })
    await pause(1)
    return answer
  }
  const done = async (...args: unknown[]): Promise<void> => {
    const answer = await call(...args)
    if (answer < 0) throw new Error(`${args[0]}: errno ${-answer}`)
  }
  let hasJoined = false
  const keyOf = (k: number): string => `${k}`.padStart(8, '0').concat('-00000000-00000000-00000000')
  let keys = 1
  await must(sh(`sysctl -qw net.ipv4.tcp_fastopen_key=${keyOf(keys)}`))
  await pause(50)
  return {
    isKernel: true,
    async inject(frame) {
      dev.send(frame, 0, frame.length)
      await pause(2)
    },
    take: () => sent.splice(0, sent.length),
    async wait(ms, frames = Infinity) {
      const all = sent.length + frames
      const end = performance.now() + (frames < Infinity ? 20 * ms : ms)
      while (performance.now() < end && sent.length < all) await pause(1)
    },
    async snapshot() {
      await call('drain')
      return parse(
        readFileSync('/proc/thread-self/net/snmp', 'utf8') + readFileSync('/proc/thread-self/net/netstat', 'utf8'),
      )
    },
    udp: (port, queue) => call('udp', port, queue ?? null),
    udpSend: (s, to, port, n) => call('udp_send', s, to, port, n),
    listen: (port, backlog, room) => call('listen', port, backlog ?? 8, room ?? null),
    connect: (to, port, own) => call('connect', to, port, own),
    async accept(s) {
      const c = await call('accept', s)
      if (c < 0) throw new Error(`accept: errno ${-c}`)
      return c
    },
    read: c => done('read', c),
    write: (c, n) => done('write', c, n),
    serve: l => done('serve', l),
    async rotate() {
      const before = keyOf(keys++)
      await must(sh(`sysctl -qw net.ipv4.tcp_fastopen_key=${keyOf(keys)},${before}`))
    },
    tune: (c, isKept, ms) => done('tune', c, isKept, ms),
    shutdown: c => done('shutdown', c),
    release: c => done('release', c),
    abort: c => done('abort', c),
    ping: (to, n) => call('ping', to, n),
    raw: (to, proto, n) => call('raw', to, proto, n),
    whole: b => call('whole', [...b]),
    async join(group) {
      hasJoined = true
      await done('join', group)
    },
    async clean() {
      await call('clean')
      // It tells of a group more than once.
      await pause(hasJoined ? 1500 : 5)
      hasJoined = false
      sent.length = 0
    },
    close() {
      app.kill()
      dev.close()
    },
  }
}
