// TcpExt: what Linux counts of TCP beyond RFC 4022.

import { ECONNABORTED, EPIPE, ETIMEDOUT } from '@tiny/core'
import {
  DATA,
  EMBRYONIC_RSTS,
  ENDED,
  ID,
  SYN_ACK_AGAIN,
  SYN_AGAIN,
  TCP_ABORT_UNREAD,
  TCP_CHALLENGE,
  TCP_CHALLENGES,
  TCP_CLOSED_WINDOW,
  TCP_DUPLICATE_AHEAD,
  TCP_DUPLICATE_HEARD,
  TCP_DUPLICATE_TOLD,
  TCP_ERROR_OUTSIDE,
  TCP_FAST,
  TCP_FULL,
  TCP_KEEP_ALIVE,
  TCP_LATE_DATA,
  TCP_NO_BUFFER,
  TCP_OUT_OF_ORDER,
  TCP_PAWS,
  TCP_PROBE,
  TCP_RANGES,
  TCP_RECOVERY,
  TCP_SACK_RECOVERY,
  TCP_SEQUENCE,
  TCP_SQUEEZED,
  TCP_SYN,
  TCP_SYN_INSIDE,
  TCP_TIME_WAIT_EVICTED,
  TCP_TIMEOUT,
  TCP_UNDO,
  TFO_ACTIVE,
  TFO_ASKED,
  TFO_COOKIE,
  TFO_FAILED,
  TFO_OLD_KEY,
  TFO_PASSIVE,
  TFO_PENDING,
  TIME_WAITS,
} from './const.js'

/** Its names, in Linux's order. */
export const TCP_EXT_NAMES: string =
  'SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled RcvPruned OfoPruned ' +
  'OutOfWindowIcmps LockDroppedIcmps ArpFilter TW TWRecycled TWKilled PAWSActive PAWSEstab BeyondWindow ' +
  'TSEcrRejected PAWSOldAck PAWSTimewait DelayedACKs DelayedACKLocked DelayedACKLost ListenOverflows ' +
  'ListenDrops TCPHPHits TCPPureAcks TCPHPAcks TCPRenoRecovery TCPSackRecovery TCPSACKReneging TCPSACKReorder ' +
  'TCPRenoReorder TCPTSReorder TCPFullUndo TCPPartialUndo TCPDSACKUndo TCPLossUndo TCPLostRetransmit ' +
  'TCPRenoFailures TCPSackFailures TCPLossFailures TCPFastRetrans TCPSlowStartRetrans TCPTimeouts TCPLossProbes ' +
  'TCPLossProbeRecovery TCPRenoRecoveryFail TCPSackRecoveryFail TCPRcvCollapsed TCPBacklogCoalesce ' +
  'TCPDSACKOldSent TCPDSACKOfoSent TCPDSACKRecv TCPDSACKOfoRecv TCPAbortOnData TCPAbortOnClose TCPAbortOnMemory ' +
  'TCPAbortOnTimeout TCPAbortOnLinger TCPAbortFailed TCPMemoryPressures TCPMemoryPressuresChrono TCPSACKDiscard ' +
  'TCPDSACKIgnoredOld TCPDSACKIgnoredNoUndo TCPSpuriousRTOs TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure ' +
  'TCPSackShifted TCPSackMerged TCPSackShiftFallback TCPBacklogDrop PFMemallocDrop TCPMinTTLDrop ' +
  'TCPDeferAcceptDrop IPReversePathFilter TCPTimeWaitOverflow TCPReqQFullDoCookies TCPReqQFullDrop ' +
  'TCPRetransFail TCPRcvCoalesce TCPOFOQueue TCPOFODrop TCPOFOMerge TCPChallengeACK TCPSYNChallenge ' +
  'TCPFastOpenActive TCPFastOpenActiveFail TCPFastOpenPassive TCPFastOpenPassiveFail TCPFastOpenListenOverflow ' +
  'TCPFastOpenCookieReqd TCPFastOpenBlackhole TCPSpuriousRtxHostQueues BusyPollRxPackets TCPAutoCorking ' +
  'TCPFromZeroWindowAdv TCPToZeroWindowAdv TCPWantZeroWindowAdv TCPSynRetrans TCPOrigDataSent ' +
  'TCPHystartTrainDetect TCPHystartTrainCwnd TCPHystartDelayDetect TCPHystartDelayCwnd TCPACKSkippedSynRecv ' +
  'TCPACKSkippedPAWS TCPACKSkippedSeq TCPACKSkippedFinWait2 TCPACKSkippedTimeWait TCPACKSkippedChallenge ' +
  'TCPWinProbe TCPKeepAlive TCPMTUPFail TCPMTUPSuccess TCPDelivered TCPDeliveredCE TCPAckCompressed ' +
  'TCPZeroWindowDrop TCPRcvQDrop TCPWqueueTooBig TCPFastOpenPassiveAltKey TcpTimeoutRehash ' +
  'TcpDuplicateDataRehash TCPDSACKRecvSegs TCPDSACKIgnoredDubious TCPMigrateReqSuccess TCPMigrateReqFailure ' +
  'TCPPLBRehash TCPAORequired TCPAOBad TCPAOKeyNotFound TCPAOGood TCPAODroppedIcmps'

/** Those that exist here, and where they stand. */
export const tcpExt: { readonly [name: string]: number | readonly number[] } = {
  EmbryonicRsts: EMBRYONIC_RSTS,
  OutOfWindowIcmps: ID + TCP_ERROR_OUTSIDE,
  TW: TIME_WAITS,
  PAWSEstab: ID + TCP_PAWS,
  BeyondWindow: [ID + TCP_SEQUENCE, ID + TCP_CLOSED_WINDOW],
  ListenOverflows: ID + TCP_FULL,
  ListenDrops: ID + TCP_FULL,
  TCPRenoRecovery: ID + TCP_RECOVERY,
  TCPSackRecovery: ID + TCP_SACK_RECOVERY,
  TCPDSACKUndo: ID + TCP_UNDO,
  TCPFastRetrans: ID + TCP_FAST,
  TCPTimeouts: ID + TCP_TIMEOUT,
  TCPDSACKOldSent: ID + TCP_DUPLICATE_TOLD,
  TCPDSACKOfoSent: ID + TCP_DUPLICATE_AHEAD,
  TCPDSACKRecv: ID + TCP_DUPLICATE_HEARD,
  TCPAbortOnData: [ID + ENDED + ECONNABORTED, -ID - TCP_ABORT_UNREAD, ID + TCP_LATE_DATA],
  // What was not read is lost, whether the application has let go or aborted.
  TCPAbortOnClose: [ID + ENDED + EPIPE, ID + TCP_ABORT_UNREAD],
  TCPAbortOnMemory: ID + TCP_SQUEEZED,
  TCPAbortOnTimeout: ID + ENDED + ETIMEDOUT,
  TCPTimeWaitOverflow: ID + TCP_TIME_WAIT_EVICTED,
  TCPOFOQueue: ID + TCP_OUT_OF_ORDER,
  TCPOFODrop: ID + TCP_RANGES,
  TCPChallengeACK: ID + TCP_CHALLENGE,
  TCPSYNChallenge: [ID + TCP_SYN, ID + TCP_SYN_INSIDE],
  TCPFastOpenActive: ID + TFO_ACTIVE,
  TCPFastOpenActiveFail: ID + TFO_FAILED,
  TCPFastOpenPassive: ID + TFO_PASSIVE,
  TCPFastOpenPassiveFail: ID + TFO_COOKIE,
  TCPFastOpenListenOverflow: ID + TFO_PENDING,
  TCPFastOpenCookieReqd: ID + TFO_ASKED,
  TCPSynRetrans: [SYN_AGAIN, SYN_ACK_AGAIN],
  TCPOrigDataSent: DATA,
  TCPACKSkippedChallenge: ID + TCP_CHALLENGES,
  TCPWinProbe: ID + TCP_PROBE,
  TCPKeepAlive: ID + TCP_KEEP_ALIVE,
  TCPZeroWindowDrop: ID + TCP_CLOSED_WINDOW,
  TCPRcvQDrop: ID + TCP_NO_BUFFER,
  TCPFastOpenPassiveAltKey: ID + TFO_OLD_KEY,
}
