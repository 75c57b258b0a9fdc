// What each subpath of a package, and each example, is for: a line of the README's table of sizes. The packages say it themselves.
import { packages, scope } from '../sources.mjs'

const WHAT: { readonly [name: string]: string } = {
  'bpf/linux': 'the loads at negative offsets that Linux has: headers, protocol, direction, VLAN',
  'bpf/asm': 'programs from and to the forms in which others hold them',
  'bpf/jit': 'a program as one JavaScript function',
  'bpf/filter': "tcpdump's language to a program",
  'bpf/names': "names of ports for tcpdump's language",
  'bpf/wrap': 'a filter round a device or link, or in front of a capture',
  'core/ring': 'octet rings on the pool',
  'core/queue': 'bounded queues of datagrams on the pool',
  'core/text': 'addresses and prefixes from and to text',
  'core/strict': 'refuses options that nobody knows; a release build may leave it out',
  'core/explain': 'a sentence for each reason to drop or count',
  'core/drive': "polls a host with the platform's timers",
  'core/wrap': 'what wrappers of a device or link have in common',
  'ethernet/snap': 'frames of RFC 1042 received as well',
  'ipv4/gateway': 'beyond the own link: gateways, dead ones, redirects, path MTU',
  'ipv4/fragment': 'fragments of what is too long for the link',
  'ipv4/local': 'delivery to oneself',
  'ipv4/header': "datagrams with the caller's own header, for raw sockets",
  'ipv4/route': 'several interfaces behind one Ip',
  'ipv4/bare': 'in place of ipv4(): without reassembly and fragmentation',
  'mib/proc': 'the texts of /proc/net, and back',
  'mib/explain': 'what the counters say, in plain words',
  'mib/meter': 'octets and packets of each interface',
  'pcap/read': 'readers of pcapng and pcap, replay into a device',
  'raw/packet': 'packet sockets: whole frames, in and out',
  'raw/attach': 'filters of @tiny/bpf on either kind of socket',
  'raw/connect': 'raw sockets of one peer, ICMP types',
  'tcp/wheel': 'timers for 100,000 connections',
  'tcp/wscale': 'window scaling (RFC 7323)',
  'tcp/timestamps': 'timestamps and PAWS (RFC 7323), TIME-WAIT (RFC 6191)',
  'tcp/sack': 'selective acknowledgments (RFC 2018, 2883, 6675), PRR (RFC 6937)',
  'udp/connect': 'sockets of one peer',
  'examples/minimal': 'ethernet, ipv4, udp: answers ping, sends datagrams',
  'examples/client': 'minimal and tcp',
  'examples/full': 'client and wscale, timestamps, sack, tfo, raw, ping, bpf, mib',
}

/** @throws Error for an entry point of which nothing is said */
export function whatIs(name: string): string {
  const own = name.replace(`${scope}/`, '')
  const text = packages.find(p => p.manifest.name === name)?.manifest.description ?? WHAT[own]
  if (!text) throw new Error(`${name}: tools/size/what.ts does not say what it is for`)
  return text
}
