// TcpExt: what Linux counts of TCP beyond RFC 4022.

import {
  X_ABORT_ON_CLOSE,
  X_ABORT_ON_DATA,
  X_ABORT_ON_MEMORY,
  X_ABORT_ON_TIMEOUT,
  X_ACK_SKIPPED_CHALLENGE,
  X_CHALLENGE_ACK,
  X_DSACK_OLD_SENT,
  X_DSACK_RECV,
  X_DSACK_UNDO,
  X_EMBRYONIC_RSTS,
  X_FAST_OPEN_ACTIVE,
  X_FAST_OPEN_ACTIVE_FAIL,
  X_FAST_OPEN_COOKIE_REQD,
  X_FAST_OPEN_LISTEN_OVERFLOW,
  X_FAST_OPEN_PASSIVE,
  X_FAST_OPEN_PASSIVE_FAIL,
  X_FAST_RETRANS,
  X_KEEP_ALIVE,
  X_LISTEN_DROPS,
  X_LISTEN_OVERFLOWS,
  X_OFO_DROP,
  X_OFO_QUEUE,
  X_ORIG_DATA_SENT,
  X_OUT_OF_WINDOW_ICMPS,
  X_PAWS_ESTAB,
  X_RCVQ_DROP,
  X_RENO_RECOVERY,
  X_SACK_RECOVERY,
  X_SYN_CHALLENGE,
  X_SYN_RETRANS,
  X_TIME_WAIT_OVERFLOW,
  X_TIMEOUTS,
  X_TW,
  X_WIN_PROBE,
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
export const tcpExt: { readonly [name: string]: number } = {
  EmbryonicRsts: X_EMBRYONIC_RSTS,
  OutOfWindowIcmps: X_OUT_OF_WINDOW_ICMPS,
  TW: X_TW,
  PAWSEstab: X_PAWS_ESTAB,
  ListenOverflows: X_LISTEN_OVERFLOWS,
  ListenDrops: X_LISTEN_DROPS,
  TCPRenoRecovery: X_RENO_RECOVERY,
  TCPSackRecovery: X_SACK_RECOVERY,
  TCPDSACKUndo: X_DSACK_UNDO,
  TCPFastRetrans: X_FAST_RETRANS,
  TCPTimeouts: X_TIMEOUTS,
  TCPDSACKOldSent: X_DSACK_OLD_SENT,
  TCPDSACKRecv: X_DSACK_RECV,
  TCPAbortOnData: X_ABORT_ON_DATA,
  TCPAbortOnClose: X_ABORT_ON_CLOSE,
  TCPAbortOnMemory: X_ABORT_ON_MEMORY,
  TCPAbortOnTimeout: X_ABORT_ON_TIMEOUT,
  TCPTimeWaitOverflow: X_TIME_WAIT_OVERFLOW,
  TCPOFOQueue: X_OFO_QUEUE,
  TCPOFODrop: X_OFO_DROP,
  TCPChallengeACK: X_CHALLENGE_ACK,
  TCPSYNChallenge: X_SYN_CHALLENGE,
  TCPSynRetrans: X_SYN_RETRANS,
  TCPOrigDataSent: X_ORIG_DATA_SENT,
  TCPACKSkippedChallenge: X_ACK_SKIPPED_CHALLENGE,
  TCPWinProbe: X_WIN_PROBE,
  TCPKeepAlive: X_KEEP_ALIVE,
  TCPRcvQDrop: X_RCVQ_DROP,
  TCPFastOpenActive: X_FAST_OPEN_ACTIVE,
  TCPFastOpenActiveFail: X_FAST_OPEN_ACTIVE_FAIL,
  TCPFastOpenPassive: X_FAST_OPEN_PASSIVE,
  TCPFastOpenPassiveFail: X_FAST_OPEN_PASSIVE_FAIL,
  TCPFastOpenListenOverflow: X_FAST_OPEN_LISTEN_OVERFLOW,
  TCPFastOpenCookieReqd: X_FAST_OPEN_COOKIE_REQD,
}
