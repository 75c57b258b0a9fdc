// The list of each package in OPTIONS is what the package's own type has: an option that is added here or there alone
// does not compile.
import type { EthernetOptions } from '@tiny/ethernet'
import type { Ipv4Options } from '@tiny/ipv4'
import type { BareOptions } from '@tiny/ipv4/bare'
import type { GatewaysOptions } from '@tiny/ipv4/gateway'
import type { LocalOptions } from '@tiny/ipv4/local'
import type { MibOptions } from '@tiny/mib'
import type { CaptureOptions, InterfaceOptions, PcapngOptions, PcapOptions } from '@tiny/pcap'
import type { Handlers as PingHandlers, PingOptions, RequestOptions } from '@tiny/ping'
import type { OpenOptions, Handlers as RawHandlers, DatagramOptions as RawSend, WholeOptions } from '@tiny/raw'
import type { PacketHandlers, PacketOpenOptions, PacketOptions } from '@tiny/raw/packet'
import type { LossyOptions, PairOptions, SimOptions, WireOptions } from '@tiny/sim'
import type { ConnectOptions, ListenOptions, Settings, Handlers as TcpHandlers, TcpOptions } from '@tiny/tcp'
import type { TfoOptions } from '@tiny/tfo'
import type { BindOptions, DatagramOptions, Handlers as UdpHandlers, UdpOptions } from '@tiny/udp'
import type { HostOptions, Ip } from './index.ts'
import { type OPTIONS, strict } from './strict.ts'

type Lists = { [K in keyof typeof OPTIONS]: (typeof OPTIONS)[K][number] }

/** never, or the keys that stand on one side only. */
type Odd<A, B> = Exclude<A, B> | Exclude<B, A>

/** Faults by package; a package that compares its own list is left out here. */
interface Faults {
  core: Odd<Lists['core'], keyof HostOptions>
  ethernet: Odd<Lists['ethernet'], keyof EthernetOptions>
  bare: Odd<Lists['bare'], keyof BareOptions>
  ipv4: Odd<Lists['ipv4'], keyof Ipv4Options>
  gateways: Odd<Lists['gateways'], keyof GatewaysOptions>
  local: Odd<Lists['local'], keyof LocalOptions>
  udp: Odd<Lists['udp'], keyof UdpOptions>
  tcp: Odd<Lists['tcp'], keyof TcpOptions>
  tfo: Odd<Lists['tfo'], keyof TfoOptions>
  mib: Odd<Lists['mib'], keyof MibOptions>
  ping: Odd<Lists['ping'], keyof PingOptions>
  raw: Odd<Lists['raw'], keyof WholeOptions<Ip>>
  packet: Odd<Lists['packet'], keyof PacketOptions>
  sim: Odd<Lists['sim'], keyof SimOptions>
  wire: Odd<Lists['wire'], keyof WireOptions>
  lossy: Odd<Lists['lossy'], keyof LossyOptions>
  pair: Odd<Lists['pair'], keyof PairOptions>
  capture: Odd<Lists['capture'], keyof CaptureOptions>
  captureAdd: Odd<Lists['captureAdd'], keyof InterfaceOptions>
  pcap: Odd<Lists['pcap'], keyof PcapOptions>
  pcapng: Odd<Lists['pcapng'], keyof PcapngOptions>
  udpBind: Odd<Lists['udpBind'], keyof BindOptions>
  udpSend: Odd<Lists['udpSend'], keyof DatagramOptions>
  pingSend: Odd<Lists['pingSend'], keyof RequestOptions>
  rawOpen: Odd<Lists['rawOpen'], keyof OpenOptions>
  rawSend: Odd<Lists['rawSend'], keyof RawSend>
  packetOpen: Odd<Lists['packetOpen'], keyof PacketOpenOptions>
  tcpListen: Odd<Lists['tcpListen'], keyof ListenOptions>
  tcpConnect: Odd<Lists['tcpConnect'], keyof ConnectOptions>
  tune: Odd<Lists['tune'], keyof Settings>
  udpHandlers: Odd<Lists['udpHandlers'], keyof UdpHandlers>
  tcpHandlers: Odd<Lists['tcpHandlers'], keyof TcpHandlers>
  pingHandlers: Odd<Lists['pingHandlers'], keyof PingHandlers>
  rawHandlers: Odd<Lists['rawHandlers'], keyof RawHandlers>
  packetHandlers: Odd<Lists['packetHandlers'], keyof PacketHandlers>
}
type Empty = { [K in keyof Faults]: never }
declare const faults: Faults
const none: Empty = faults
void none

// @ts-expect-error a comparison that finds nothing would be no comparison
const found: never = 'x' as Odd<'a' | 'x', 'a'>
void found
// @ts-expect-error nor one that looks from one side only
const other: never = 'x' as Odd<'a', 'a' | 'x'>
void other

// What is given is given back, with its type.
const options: UdpOptions = strict('udp', { sockets: 1 })
void options
const both: { sockets: number } = strict('udp', { sockets: 1 })
void both
// @ts-expect-error no such package
strict('foo', {})
