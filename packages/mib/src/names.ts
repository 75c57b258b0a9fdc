// The lines of /proc/net/snmp and netstat: every name that Linux has, in its order. A number behind a name is the place of
// its counter; a name alone is one that this stack has no use for, and says 0.
import {
  EXT_IN_BCAST,
  EXT_IN_BCAST_OCTETS,
  EXT_IN_CSUM_ERRORS,
  EXT_IN_MCAST,
  EXT_IN_MCAST_OCTETS,
  EXT_IN_NO_ECT,
  EXT_IN_OCTETS,
  EXT_IN_TRUNCATED,
  EXT_OUT_BCAST,
  EXT_OUT_BCAST_OCTETS,
  EXT_OUT_MCAST,
  EXT_OUT_MCAST_OCTETS,
  EXT_OUT_OCTETS,
  FRAGMENT_BARE,
  FRAGMENT_END,
  FRAGMENT_EVICTED,
  FRAGMENT_MALFORMED,
  FRAGMENT_OVERLAP,
  FRAGMENT_TIMEOUT,
  FRAGMENT_TOO_BIG,
  ICMP_GROUP_ECHO,
  ICMP_IN_CSUM_ERRORS,
  ICMP_IN_ERRORS,
  ICMP_IN_MSGS,
  ICMP_IN_TYPE,
  ICMP_LIMITED,
  ICMP_MALFORMED,
  ICMP_OUT_MSGS,
  ICMP_OUT_TYPE,
  ID,
  IP_FRAG_CREATES,
  IP_FRAG_FAILS,
  IP_FRAG_OKS,
  IP_IN_ADDR_ERRORS,
  IP_IN_DELIVERS,
  IP_IN_HDR_ERRORS,
  IP_IN_RECEIVES,
  IP_NO_PROTO,
  IP_OPTIONS,
  IP_OUT_REQUESTS,
  IP_OUT_TRANSMITS,
  IP_REASM_OKS,
  IP_REASM_REQDS,
  IP_REFUSED,
  IP_SUM,
  LOCAL_FULL,
  PING_NO_ROUTE,
  TCP_ACTIVE_OPENS,
  TCP_ATTEMPT_FAILS,
  TCP_CURR_ESTAB,
  TCP_ESTAB_RESETS,
  TCP_IN_ERRS,
  TCP_IN_SEGS,
  TCP_NO_ROUTE,
  TCP_OUT_RSTS,
  TCP_OUT_SEGS,
  TCP_PASSIVE_OPENS,
  TCP_RETRANS_SEGS,
  TCP_SUM,
  TCP_SYN_INSIDE,
  TFO_PASSIVE,
  UDP_FULL,
  UDP_IGNORED_MULTI,
  UDP_IN_DATAGRAMS,
  UDP_LENGTH,
  UDP_NO_PORTS,
  UDP_NO_ROUTE,
  UDP_OUT,
  UDP_SUM,
} from './const.js'
import { TCP_EXT_NAMES, tcpExt } from './tcpext.js'

/** A group: its names, and where those that are counted stand. */
export interface Group {
  readonly name: string
  readonly names: string
  /** Places in Mib.values, and ids above ID; what counts in several is their sum. */
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
      InReceives: IP_IN_RECEIVES,
      InHdrErrors: [IP_IN_HDR_ERRORS, ID + IP_SUM, ID + IP_OPTIONS],
      InAddrErrors: IP_IN_ADDR_ERRORS,
      InUnknownProtos: ID + IP_NO_PROTO,
      InDiscards: ID + LOCAL_FULL,
      InDelivers: IP_IN_DELIVERS,
      OutRequests: IP_OUT_REQUESTS,
      OutDiscards: ID + IP_REFUSED,
      OutNoRoutes: [ID + UDP_NO_ROUTE, ID + TCP_NO_ROUTE, ID + PING_NO_ROUTE],
      ReasmTimeout: ID + FRAGMENT_TIMEOUT,
      ReasmReqds: IP_REASM_REQDS,
      ReasmOKs: IP_REASM_OKS,
      ReasmFails: [
        ID + FRAGMENT_MALFORMED,
        ID + FRAGMENT_TOO_BIG,
        ID + FRAGMENT_OVERLAP,
        ID + FRAGMENT_EVICTED,
        ID + FRAGMENT_TIMEOUT,
        ID + FRAGMENT_BARE,
        ID + FRAGMENT_END,
      ],
      FragOKs: IP_FRAG_OKS,
      FragFails: IP_FRAG_FAILS,
      FragCreates: IP_FRAG_CREATES,
      OutTransmits: IP_OUT_TRANSMITS,
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
      InMsgs: ICMP_IN_MSGS,
      InErrors: [ICMP_IN_ERRORS, ID + ICMP_MALFORMED, ID + ICMP_GROUP_ECHO],
      InCsumErrors: ICMP_IN_CSUM_ERRORS,
      InDestUnreachs: ICMP_IN_TYPE + 3,
      InTimeExcds: ICMP_IN_TYPE + 11,
      InParmProbs: ICMP_IN_TYPE + 12,
      InSrcQuenchs: ICMP_IN_TYPE + 4,
      InRedirects: ICMP_IN_TYPE + 5,
      InEchos: ICMP_IN_TYPE + 8,
      InEchoReps: ICMP_IN_TYPE,
      InTimestamps: ICMP_IN_TYPE + 13,
      InTimestampReps: ICMP_IN_TYPE + 14,
      InAddrMasks: ICMP_IN_TYPE + 17,
      InAddrMaskReps: ICMP_IN_TYPE + 18,
      OutMsgs: ICMP_OUT_MSGS,
      OutRateLimitHost: ID + ICMP_LIMITED,
      OutDestUnreachs: ICMP_OUT_TYPE + 3,
      OutTimeExcds: ICMP_OUT_TYPE + 11,
      OutParmProbs: ICMP_OUT_TYPE + 12,
      OutSrcQuenchs: ICMP_OUT_TYPE + 4,
      OutRedirects: ICMP_OUT_TYPE + 5,
      OutEchos: ICMP_OUT_TYPE + 8,
      OutEchoReps: ICMP_OUT_TYPE,
      OutTimestamps: ICMP_OUT_TYPE + 13,
      OutTimestampReps: ICMP_OUT_TYPE + 14,
      OutAddrMasks: ICMP_OUT_TYPE + 17,
      OutAddrMaskReps: ICMP_OUT_TYPE + 18,
    },
  },
  { name: 'IcmpMsg', names: '', places: {} },
  {
    name: 'Tcp',
    names:
      'RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs ' +
      'RetransSegs InErrs OutRsts InCsumErrors',
    places: {
      ActiveOpens: TCP_ACTIVE_OPENS,
      PassiveOpens: [TCP_PASSIVE_OPENS, ID + TFO_PASSIVE],
      AttemptFails: TCP_ATTEMPT_FAILS,
      EstabResets: TCP_ESTAB_RESETS,
      CurrEstab: TCP_CURR_ESTAB,
      InSegs: TCP_IN_SEGS,
      OutSegs: TCP_OUT_SEGS,
      RetransSegs: TCP_RETRANS_SEGS,
      InErrs: [TCP_IN_ERRS, ID + TCP_SUM, ID + TCP_SYN_INSIDE],
      OutRsts: TCP_OUT_RSTS,
      InCsumErrors: ID + TCP_SUM,
    },
  },
  {
    name: 'Udp',
    names: UDP_LINE,
    places: {
      InDatagrams: UDP_IN_DATAGRAMS,
      NoPorts: UDP_NO_PORTS,
      InErrors: [ID + UDP_LENGTH, ID + UDP_SUM, ID + UDP_FULL],
      OutDatagrams: ID + UDP_OUT,
      RcvbufErrors: ID + UDP_FULL,
      InCsumErrors: ID + UDP_SUM,
      IgnoredMulti: UDP_IGNORED_MULTI,
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
      InTruncatedPkts: EXT_IN_TRUNCATED,
      InMcastPkts: EXT_IN_MCAST,
      OutMcastPkts: EXT_OUT_MCAST,
      InBcastPkts: EXT_IN_BCAST,
      OutBcastPkts: EXT_OUT_BCAST,
      InOctets: EXT_IN_OCTETS,
      OutOctets: EXT_OUT_OCTETS,
      InMcastOctets: EXT_IN_MCAST_OCTETS,
      OutMcastOctets: EXT_OUT_MCAST_OCTETS,
      InBcastOctets: EXT_IN_BCAST_OCTETS,
      OutBcastOctets: EXT_OUT_BCAST_OCTETS,
      InCsumErrors: [EXT_IN_CSUM_ERRORS, ID + IP_SUM],
      InNoECTPkts: EXT_IN_NO_ECT,
      InECT1Pkts: EXT_IN_NO_ECT + 1,
      InECT0Pkts: EXT_IN_NO_ECT + 2,
      InCEPkts: EXT_IN_NO_ECT + 3,
      ReasmOverlaps: ID + FRAGMENT_OVERLAP,
    },
  },
]
