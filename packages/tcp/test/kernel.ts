// A machine of ours on a TAP interface, the kernel at the other end of the cable, and streams between the two that are
// judged by their hash.
import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dev, ECONNREFUSED, type Env, type Host, host } from '@tiny/core'
import { address, macText, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { type Ipv4, ipv4 } from '@tiny/ipv4'
import { capture, pcapng } from '@tiny/pcap'
import { type Connection, type Handlers, type Listener, type Tcp, type TcpOptions, tcp, unlisten } from '@tiny/tcp'
import { env, run, tap } from '@tiny/tun'
import { exec, must, sh } from '../../../tools/netns/index.ts'

export interface Machine {
  readonly h: Host
  readonly ip: Ipv4
  readonly t: Tcp
  /** Own address, and the kernel's. */
  readonly own: string
  readonly kernel: string
  /** Reports of drops, by their id. */
  readonly drops: Map<number, number>
  /** What tshark has to say against the frames that we sent, '' when there is nothing. */
  judge(): Promise<string>
  close(): void
}

export interface Setup extends TcpOptions {
  /** The network is 10.0.N.0/24. */
  net: number
  /** What lies between the stack and the TAP. */
  between?: (h: Host, dev: Dev) => Dev
  isCaptured?: boolean
}

// What a frame of ours must not be told of: errors, warnings but those on TCP's sequence, octets that make no sense.
const WRONG = [
  '_ws.malformed',
  '_ws.expert.severity >= 0x800000',
  '(_ws.expert.severity == 0x600000 && !(_ws.expert.group == 0x2000000))',
  'ip.checksum.status == 0',
  'tcp.checksum.status == 0',
].join(' || ')

/** All that a card sends and receives, in a file that goes when it is closed. */
function captureOf(clock: Env, card: Dev): { dev: Dev; path: string; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-tcp-'))
  const path = join(folder, 'all.pcapng')
  const fd = openSync(path, 'w')
  const file = pcapng(clock, (b, o, n) => void writeSync(fd, b, o, n), { start: Date.now() })
  return {
    dev: capture(card, file),
    path,
    close() {
      closeSync(fd)
      rmSync(folder, { recursive: true })
    },
  }
}

/** Call it when the process has entered a network of its own. */
export async function machine({ net, between, isCaptured, ...options }: Setup): Promise<Machine> {
  const own = `10.0.${net}.2`
  const kernel = `10.0.${net}.1`
  const drops = new Map<number, number>()
  const clock = env()
  const h = host(clock, { pool: 1 << 28, observer: { drop: id => void drops.set(id, (drops.get(id) ?? 0) + 1) } })
  const card = tap({ name: `tap${net}` })
  const captured = isCaptured ? captureOf(clock, card) : undefined
  const seen = captured?.dev ?? card
  const dev = between ? between(h, seen) : seen
  const ip = ipv4(h, ethernet(h, dev), { address: prefix(`${own}/24`) })
  const t = tcp(ip, { sendBuffer: 65536, receiveBuffer: 65536, ...options })
  const stop = run(h, dev)
  await must(sh(`ip addr add ${kernel}/24 dev tap${net} && ip link set tap${net} up`))
  return {
    h,
    ip,
    t,
    own,
    kernel,
    drops,
    async judge() {
      // What is in our streams is no protocol, whatever port 5000 usually has.
      const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE', '--disable-protocol', 'gsm_ipa']
      const front = ['-r', captured?.path ?? '', '-n', ...checks, '-Y']
      const all = await must(exec('tshark', ...front, `eth.src == ${macText(card.mac)} && tcp`))
      if (all.split('\n').length < 100) return `only ${all.split('\n').length} segments were captured`
      const bad = await must(exec('tshark', ...front, `eth.src == ${macText(card.mac)} && (${WRONG})`))
      return bad.replace(/Running as user "root".*\n/, '')
    },
    close() {
      stop()
      card.close()
      captured?.close()
    },
  }
}

/** Counters of the kernel in this network: `TcpExt: a b` above `TcpExt: 1 2`. */
export async function counters(): Promise<{ [name: string]: number }> {
  const lines = (await must(sh('cat /proc/net/netstat /proc/net/snmp'))).split('\n')
  const out: { [name: string]: number } = {}
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const values = lines[i + 1].split(' ')
    lines[i].split(' ').forEach((name, k) => void (k && (out[name] = Number(values[k]))))
  }
  return out
}

/** Until it is true, or so many seconds have passed. */
export async function until(is: () => boolean, seconds = 5): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; !is() && Date.now() < end; )
    await new Promise(resolve => setTimeout(resolve, 5))
  return is()
}

// Octet i of every stream: a block of a length that no buffer's size divides, again and again.
const BLOCK = 1000003
const PEER = `import hashlib, random, socket, sys
role, way, n, own, ours = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5]
if role == "connect": s = socket.create_connection((ours, 5000), 20)
else:
  l = socket.socket()
  l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
  l.bind((own, 5001)); l.listen(); l.settimeout(20)
  s = l.accept()[0]
s.settimeout(100)
h = hashlib.sha256()
if way == "send":
  block = random.Random(1).randbytes(${BLOCK})
  while n > 0:
    part = block[:n]
    s.sendall(part); h.update(part); n -= len(part)
  s.shutdown(socket.SHUT_WR)
  assert s.recv(1) == b""
else:
  while b := s.recv(1 << 20): h.update(b)
print(h.hexdigest())`

export interface Streamed {
  /** Hash of what was sent, and of what has arrived. */
  sent: string
  arrived: string
  /** What our onClose was told. */
  code: number | null
  octets: number
}

/**
 * A stream of n octets between us and the kernel.
 *
 * @param role who connects
 * @param way who sends
 * @param opened is told of our connection when it stands
 */
export async function stream(
  m: Machine,
  role: 'we' | 'kernel',
  way: 'we' | 'kernel',
  n: number,
  opened?: (c: Connection) => void,
): Promise<Streamed> {
  const hash = createHash('sha256')
  const b = new Uint8Array(1 << 16)
  const block = new Uint8Array(BLOCK)
  for (let i = 0, x = 1; i < BLOCK; i++) {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    block[i] = x
  }
  let octets = 0
  let code: number | null = null
  function fill(c: Connection): void {
    while (octets < n) {
      const at = octets % BLOCK
      const taken = m.t.write(c, block, at, Math.min(BLOCK - at, n - octets))
      if (taken <= 0) return
      hash.update(block.subarray(at, at + taken))
      octets += taken
    }
    m.t.close(c)
  }
  let isOpen = false
  const handlers: Handlers = {
    onWritable(c) {
      if (!isOpen) opened?.(c)
      isOpen = true
      if (way === 'we') fill(c)
    },
    onReadable(c) {
      for (let k = 0; (k = m.t.read(c, b)) > 0; octets += k) hash.update(b.subarray(0, k))
    },
    onEnd: c => void m.t.close(c),
    onClose(c, told) {
      // The peer's program may take its time to start.
      if (told === -ECONNREFUSED && role === 'we') setTimeout(() => void connect(), 50)
      else if (c.port === 5000 || role === 'we') code = told
    },
  }
  const connect = (): unknown => m.t.connect(address(m.kernel), 5001, handlers)
  const l = role === 'we' ? connect() : m.t.listen(5000, handlers)
  const script = [role === 'we' ? 'listen' : 'connect', way === 'we' ? 'receive' : 'send', `${n}`, m.kernel, m.own]
  const theirs = (await must(exec('python3', '-c', PEER, ...script))).trim()
  await until(() => code !== null)
  if (role === 'kernel') unlisten(m.t, l as Listener)
  const ours = hash.digest('hex')
  return { sent: way === 'we' ? ours : theirs, arrived: way === 'we' ? theirs : ours, code, octets }
}
