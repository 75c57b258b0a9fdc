// The lines of /proc/net/snmp and netstat: every name that Linux has, in its order. A number behind a name is the place of
// its counter; a name alone is one that this stack has no use for, and says 0.
import { ICMP, TCP, UDP } from '@tiny/core'
import {
  ACTIVE_OPENS,
  ADDR_ERRORS,
  ATTEMPT_FAILS,
  BAD_ICMP,
  BAD_ICMP_SUM,
  BAD_IP_SUM,
  BAD_OFFSETS,
  CURR_ESTAB,
  ECN,
  ESTAB_RESETS,
  FIRST,
  FRAGMENT_BARE,
  FRAGMENT_END,
  FRAGMENT_EVICTED,
  FRAGMENT_MALFORMED,
  FRAGMENT_OVERLAP,
  FRAGMENT_TIMEOUT,
  FRAGMENT_TOO_BIG,
  FRAGMENTS,
  GROUP_PORT,
  ICMP_GROUP,
  ICMP_LIMITED,
  ICMP_MALFORMED,
  ID,
  IN_BCAST,
  IN_BCAST_OCTETS,
  IN_MCAST,
  IN_MCAST_OCTETS,
  IN_OCTETS,
  IN_PROTO,
  IN_TYPE,
  IP_DELIVERED,
  IP_IN,
  IP_MALFORMED,
  IP_NO_PORT,
  IP_NO_PROTO,
  IP_NOT_OURS,
  IP_OPTIONS,
  IP_OUT,
  IP_OUT_WHOLE,
  IP_REFUSED,
  IP_SOURCE,
  IP_SUM,
  LAST,
  LATER,
  LOCAL_FULL,
  OUT_BCAST,
  OUT_BCAST_OCTETS,
  OUT_MCAST,
  OUT_MCAST_OCTETS,
  OUT_OCTETS,
  OUT_PROTO,
  OUT_RSTS,
  OUT_TYPE,
  PASSIVE_OPENS,
  PING_NO_ROUTE,
  SYN_ACK_AGAIN,
  TCP_AGAIN,
  TCP_FAST,
  TCP_GROUP,
  TCP_NO_ROUTE,
  TCP_OUT,
  TCP_SUM,
  TCP_SYN_INSIDE,
  TFO_PASSIVE,
  TRUNCATED,
  UDP_FULL,
  UDP_LENGTH,
  UDP_NO_ROUTE,
  UDP_OUT,
  UDP_SUM,
} from './const.js'
import { TCP_EXT_NAMES, tcpExt } from './tcpext.js'

/** A group: its names, and where those that are counted stand. */
export interface Group {
  readonly name: string
  readonly names: string
  /** Places in Mib.values, and ids above ID; what counts in several is their sum, those that are negative taken off. */
  readonly places: { readonly [name: string]: number | readonly number[] }
}

const UDP_LINE =
  'InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors'

/** /proc/net/snmp, but for IcmpMsg, whose names are the types that were seen. */
export const SNMP: readonly Group[] = [
  {
    name: 'Ip',
    names:
      'Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers ' +
      'OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits',
    places: {
      InReceives: [ID + IP_IN, ID + IP_MALFORMED, ID + IP_SUM, ID + IP_NOT_OURS, ID + IP_SOURCE, ID + IP_OPTIONS],
      InHdrErrors: [ID + IP_MALFORMED, -TRUNCATED, ID + IP_SUM, ID + IP_OPTIONS],
      InAddrErrors: ADDR_ERRORS,
      InUnknownProtos: ID + IP_NO_PROTO,
      InDiscards: ID + LOCAL_FULL,
      InDelivers: [ID + IP_DELIVERED, -ID - IP_NO_PROTO],
      OutRequests: [ID + IP_OUT, -LATER],
      OutDiscards: ID + IP_REFUSED,
      OutNoRoutes: [ID + UDP_NO_ROUTE, ID + TCP_NO_ROUTE, ID + PING_NO_ROUTE],
      ReasmTimeout: ID + FRAGMENT_TIMEOUT,
      ReasmReqds: FRAGMENTS,
      // What was delivered, but for what came in whole.
      ReasmOKs: [ID + IP_DELIVERED, -ID - IP_IN, FRAGMENTS],
      ReasmFails: [
        ID + FRAGMENT_MALFORMED,
        ID + FRAGMENT_TOO_BIG,
        ID + FRAGMENT_OVERLAP,
        ID + FRAGMENT_EVICTED,
        ID + FRAGMENT_TIMEOUT,
        ID + FRAGMENT_BARE,
        ID + FRAGMENT_END,
      ],
      FragOKs: LAST,
      // A datagram whose last fragment did not follow.
      FragFails: [FIRST, -LAST],
      FragCreates: [FIRST, LATER],
      OutTransmits: [ID + IP_OUT, ID + IP_OUT_WHOLE],
    },
  },
  {
    name: 'Icmp',
    names:
      'InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps ' +
      'InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost ' +
      'OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps ' +
      'OutTimestampReps OutAddrMasks OutAddrMaskReps',
    places: {
      InMsgs: IN_PROTO + ICMP,
      InErrors: [BAD_ICMP, ID + ICMP_MALFORMED, ID + ICMP_GROUP],
      InCsumErrors: BAD_ICMP_SUM,
      InDestUnreachs: IN_TYPE + 3,
      InTimeExcds: IN_TYPE + 11,
      InParmProbs: IN_TYPE + 12,
      InSrcQuenchs: IN_TYPE + 4,
      InRedirects: IN_TYPE + 5,
      InEchos: IN_TYPE + 8,
      InEchoReps: IN_TYPE,
      InTimestamps: IN_TYPE + 13,
      InTimestampReps: IN_TYPE + 14,
      InAddrMasks: IN_TYPE + 17,
      InAddrMaskReps: IN_TYPE + 18,
      OutMsgs: OUT_PROTO + ICMP,
      OutRateLimitHost: ID + ICMP_LIMITED,
      OutDestUnreachs: OUT_TYPE + 3,
      OutTimeExcds: OUT_TYPE + 11,
      OutParmProbs: OUT_TYPE + 12,
      OutSrcQuenchs: OUT_TYPE + 4,
      OutRedirects: OUT_TYPE + 5,
      OutEchos: OUT_TYPE + 8,
      OutEchoReps: OUT_TYPE,
      OutTimestamps: OUT_TYPE + 13,
      OutTimestampReps: OUT_TYPE + 14,
      OutAddrMasks: OUT_TYPE + 17,
      OutAddrMaskReps: OUT_TYPE + 18,
    },
  },
  { name: 'IcmpMsg', names: '', places: {} },
  {
    name: 'Tcp',
    names:
      'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs ' +
      'RetransSegs InErrs OutRsts InCsumErrors',
    places: {
      ActiveOpens: ACTIVE_OPENS,
      PassiveOpens: [PASSIVE_OPENS, ID + TFO_PASSIVE],
      AttemptFails: ATTEMPT_FAILS,
      EstabResets: ESTAB_RESETS,
      CurrEstab: CURR_ESTAB,
      InSegs: [IN_PROTO + TCP, -ID - TCP_GROUP],
      // Of what was sent again Linux takes only a SYN,ACK for a segment more.
      OutSegs: [ID + TCP_OUT, -ID - TCP_AGAIN, -ID - TCP_FAST, SYN_ACK_AGAIN],
      RetransSegs: [ID + TCP_AGAIN, ID + TCP_FAST],
      InErrs: [BAD_OFFSETS, ID + TCP_SUM, ID + TCP_SYN_INSIDE],
      OutRsts: OUT_RSTS,
      InCsumErrors: ID + TCP_SUM,
    },
  },
  {
    name: 'Udp',
    names: UDP_LINE,
    places: {
      InDatagrams: [IN_PROTO + UDP, -ID - IP_NO_PORT, -ID - UDP_LENGTH, -ID - UDP_SUM, -ID - UDP_FULL],
      NoPorts: [ID + IP_NO_PORT, -GROUP_PORT],
      InErrors: [ID + UDP_LENGTH, ID + UDP_SUM, ID + UDP_FULL],
      OutDatagrams: ID + UDP_OUT,
      RcvbufErrors: ID + UDP_FULL,
      InCsumErrors: ID + UDP_SUM,
      IgnoredMulti: GROUP_PORT,
    },
  },
  { name: 'UdpLite', names: UDP_LINE, places: {} },
]

/** /proc/net/netstat, without the lines of protocols that are not here. */
export const NETSTAT: readonly Group[] = [
  { name: 'TcpExt', names: TCP_EXT_NAMES, places: tcpExt },
  {
    name: 'IpExt',
    names:
      'InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts InOctets OutOctets InMcastOctets ' +
      'OutMcastOctets InBcastOctets OutBcastOctets InCsumErrors InNoECTPkts InECT1Pkts InECT0Pkts InCEPkts ReasmOverlaps',
    places: {
      InTruncatedPkts: TRUNCATED,
      InMcastPkts: IN_MCAST,
      OutMcastPkts: OUT_MCAST,
      InBcastPkts: IN_BCAST,
      OutBcastPkts: OUT_BCAST,
      InOctets: IN_OCTETS,
      OutOctets: OUT_OCTETS,
      InMcastOctets: IN_MCAST_OCTETS,
      OutMcastOctets: OUT_MCAST_OCTETS,
      InBcastOctets: IN_BCAST_OCTETS,
      OutBcastOctets: OUT_BCAST_OCTETS,
      InCsumErrors: [BAD_IP_SUM, ID + IP_SUM],
      InNoECTPkts: ECN,
      InECT1Pkts: ECN + 1,
      InECT0Pkts: ECN + 2,
      InCEPkts: ECN + 3,
      ReasmOverlaps: ID + FRAGMENT_OVERLAP,
    },
  },
]
