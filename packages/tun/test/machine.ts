// A machine of ours on a TAP interface, with everything that there is, captured.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dev, type Host, host } from '@tiny/core'
import { explain } from '@tiny/core/explain'
import { address, macText, prefix } from '@tiny/core/text'
import { ethernet } from '@tiny/ethernet'
import { type Ipv4, ipv4 } from '@tiny/ipv4'
import { fragment } from '@tiny/ipv4/fragment'
import { gateways } from '@tiny/ipv4/gateway'
import { capture, pcapng, SENT } from '@tiny/pcap'
import { type Ping, ping } from '@tiny/ping'
import { type Udp, udp } from '@tiny/udp'
import { exec } from '../../../tools/netns/index.ts'
import { env, run, type Tap, tap } from '../src/index.js'

export interface Machine {
  readonly dev: Tap
  readonly h: Host
  readonly ip: Ipv4
  readonly u: Udp
  readonly p: Ping
  /** What was dropped, in words. */
  readonly drops: string[]
  /** Frames that we sent and received. */
  readonly frames: { sent: number; received: number }
  /** tshark's complaints about the frames that we sent; empty when there are none. */
  judge(): Promise<string>
  close(): void
}

// What a frame of ours must not be told of: errors, warnings but those on TCP's sequence, octets that make no sense.
const WRONG = [
  '_ws.malformed',
  '_ws.expert.severity >= 0x800000',
  '(_ws.expert.severity == 0x600000 && !(_ws.expert.group == 0x2000000))',
  'ip.checksum.status == 0',
  'udp.checksum.status == 0',
  'icmp.checksum.status == 0',
].join(' || ')

export function machine(own: string, gateway: string, name = 'tap%d'): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'tiny-tap-'))
  const path = join(folder, 'all.pcapng')
  const fd = openSync(path, 'w')
  const drops: string[] = []
  const frames = { sent: 0, received: 0 }
  const clock = env()
  const h = host(clock, { room: 65535, pool: 1 << 22, observer: { drop: id => void drops.push(explain(id)) } })
  const dev = tap({ name })
  const file = pcapng(clock, (b, o, n) => void writeSync(fd, b, o, n), { start: Date.now() })
  const outer: Dev = capture(dev, file, {
    comment: (_b, _o, _n, way) => {
      frames[way === SENT ? 'sent' : 'received']++
      return ''
    },
  })
  const ip = ipv4(h, ethernet(h, outer), {
    address: prefix(own),
    gateways: gateways([address(gateway)]),
    fragment: fragment(),
    maxDatagram: 65535,
  })
  const m = { dev, h, ip, u: udp(ip), p: ping(ip), drops, frames }
  const stop = run(h, outer)
  return {
    ...m,
    async judge() {
      const { out } = await exec(
        'tshark',
        ...['-r', path, '-n'],
        ...['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'],
        ...['-Y', `eth.src == ${macText(dev.mac)} && (${WRONG})`],
      )
      return out.replace(/Running as user "root".*\n/, '')
    },
    close() {
      stop()
      dev.close()
      closeSync(fd)
      rmSync(folder, { recursive: true })
    },
  }
}

/** Until it is true, or five seconds have passed. */
export async function until(is: () => boolean, seconds = 5): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; !is() && Date.now() < end; )
    await new Promise(resolve => setTimeout(resolve, 5))
  return is()
}
