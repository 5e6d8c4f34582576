------------------------------- MODULE Journal -------------------------------
(***************************************************************************)
(* The journal of a node, seen by one shard: what is durable when it says  *)
(* so, after any crash (R18), and that what was damaged is noticed (R13).  *)
(* datanode.journal                                                        *)
(*                                                                         *)
(* A segment is a row of slots, one record each. `synced` of them survive  *)
(* a power loss for sure; of what was written behind, any beginning may.   *)
(* When only the process dies, all that was written can still be read, but *)
(* is no more durable for that. Where nothing new was written, a segment   *)
(* that was used before still holds `old` records.                         *)
(*                                                                         *)
(* The shard's state is a term and a log: `base` entries that lie in a     *)
(* snapshot, and the entries behind.                                       *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  None,
  Off,          \* names of the parts of rules that are switched off
  MaxChanges,   \* changes of the shard's state
  MaxSegments,  \* segments that are ever begun
  MaxCrashes,   \* of either kind
  MaxFaults,    \* forces that fail, and records that rot
  MaxLog

VARIABLES
  segments,   \* the journal, oldest first
  next,       \* a segment that is being begun, not yet part of the journal; or None
  snapshots,  \* the indices up to which durable snapshots go
  writing,    \* the index of a snapshot that is written, but not yet durable; 0 if none
  states,     \* the shard's states since the one that was reported durable last, which is the first
  changes, begun, crashes, faults,
  flagged,    \* the shard is suspended or doubtful: it knows that something may be lost
  sound       \* every start so far has found what had been durable, or has flagged the shard

vars == <<segments, next, snapshots, writing, states, changes, begun, crashes, faults, flagged,
          sound>>

On(part) == part \notin Off

(***************************************************************************)
(* Records. Each carries, as its group does, the durable end that was      *)
(* known when it was written.                                              *)
(***************************************************************************)
Entry(i, v) == [kind |-> "ENTRY", index |-> i, value |-> v, end |-> 0]
State(t) == [kind |-> "STATE", index |-> 0, value |-> t, end |-> 0]
Reset(i) == [kind |-> "RESET", index |-> i, value |-> 0, end |-> 0]
Shard(s) == [kind |-> "SHARD", index |-> s.base + Len(s.log), value |-> <<s.term, s.base>>, end |-> 0]
Bad == [kind |-> "BAD", index |-> 0, value |-> 0, end |-> 0]

Empty == [term |-> 0, base |-> 0, log |-> <<>>]
Now == states[Len(states)]

Segment(number, records, synced, old) ==
  [number |-> number, records |-> records, synced |-> synced, old |-> old]

Init ==
  /\ segments = <<Segment(1, <<Shard(Empty)>>, 1, <<>>)>>
  /\ next = None
  /\ snapshots = {} /\ writing = 0
  /\ states = <<Empty>>
  /\ changes = 0 /\ begun = 1 /\ crashes = 0 /\ faults = 0
  /\ flagged = FALSE
  /\ sound = TRUE

Last == segments[Len(segments)]
counters == <<begun, crashes, faults, flagged, sound>>

(***************************************************************************)
(* GroupWriter.write and Journal.append                                    *)
(***************************************************************************)
Put(record, state) ==
  /\ changes < MaxChanges
  /\ changes' = changes + 1
  /\ next = None
  /\ segments' = [segments EXCEPT ![Len(segments)].records =
                    Append(@, [record EXCEPT !.end = Last.synced])]
  /\ states' = Append(states, state)

PutEntry ==
  \E i \in (Now.base + 1)..(Now.base + Len(Now.log) + 1) :
    /\ i <= MaxLog
    /\ Put(Entry(i, changes + 1),
           [Now EXCEPT !.log = Append(SubSeq(@, 1, i - Now.base - 1), changes + 1)])
    /\ UNCHANGED <<next, snapshots, writing, counters>>

PutTerm ==
  /\ Put(State(changes + 1), [Now EXCEPT !.term = changes + 1])
  /\ UNCHANGED <<next, snapshots, writing, counters>>

\* All that was put becomes durable, and whoever waits is told.
Force ==
  /\ Len(states) > 1 \/ Last.synced < Len(Last.records)
  /\ segments' = [segments EXCEPT ![Len(segments)].synced = Len(Last.records)]
  /\ states' = <<Now>>
  /\ UNCHANGED <<next, snapshots, writing, changes, counters>>

\* A force fails: the system has dropped what it could not write. R18 forbids to try again, which
\* succeeds and writes nothing.
ForceAgain ==
  /\ ~On("R18.retry") /\ faults < MaxFaults
  /\ Last.synced < Len(Last.records)
  /\ faults' = faults + 1
  /\ states' = <<Now>>
  /\ UNCHANGED <<segments, next, snapshots, writing, changes, begun, crashes, flagged, sound>>

(***************************************************************************)
(* Snapshots: complete and durable, before the log's base moves            *)
(***************************************************************************)
WriteSnapshot ==
  /\ writing = 0 /\ Len(Now.log) > 0 /\ Len(states) = 1
  /\ writing' = Now.base + Len(Now.log)
  /\ UNCHANGED <<segments, next, snapshots, states, changes, counters>>

SyncSnapshot ==
  /\ writing > 0
  /\ snapshots' = snapshots \cup {writing}
  /\ writing' = 0
  /\ UNCHANGED <<segments, next, states, changes, counters>>

PutReset ==
  \E at \in snapshots \cup IF On("R18.snapshot") \/ writing = 0 THEN {} ELSE {writing} :
    /\ at > Now.base /\ at <= Now.base + Len(Now.log)
    /\ Put(Reset(at), [Now EXCEPT !.base = at, !.log = <<>>])
    /\ UNCHANGED <<next, snapshots, writing, counters>>

\* An older snapshot goes when the reset to a newer one is durable.
RemoveSnapshot ==
  \E at \in snapshots :
    /\ at < Now.base \/ (~On("R18.older") /\ \E newer \in snapshots : newer > at)
    /\ Len(states) = 1 \/ ~On("R18.older")
    /\ snapshots' = snapshots \ {at}
    /\ UNCHANGED <<segments, next, writing, states, changes, counters>>

(***************************************************************************)
(* GroupWriter.rotate, SegmentWriter.activate, GroupWriter.releaseSegments *)
(***************************************************************************)
\* A used segment is taken again if there is one: the worst that lies under a new one.
BeginSegment ==
  /\ next = None /\ begun < MaxSegments
  /\ Len(states) = 1 /\ Last.synced = Len(Last.records)
  /\ begun' = begun + 1
  /\ next' = Segment(begun + 1, IF On("R18.states") THEN <<Shard(Now)>> ELSE <<>>, 0, Last.records)
  /\ UNCHANGED <<segments, snapshots, writing, states, changes, crashes, faults, flagged, sound>>

\* Its beginning is durable before its header makes it part of the journal.
Activate ==
  /\ next # None
  /\ segments' = Append(segments, [next EXCEPT !.synced = Len(next.records)])
  /\ next' = None
  /\ UNCHANGED <<snapshots, writing, states, changes, counters>>

\* An older segment goes when none of its entries is part of a log.
Release ==
  /\ Len(segments) > 1
  /\ Now.log = <<>> /\ Len(states) = 1
  /\ segments' = Tail(segments)
  /\ UNCHANGED <<next, snapshots, writing, states, changes, counters>>

(***************************************************************************)
(* Starts: Recovery, Fold, SegmentScan                                     *)
(***************************************************************************)
\* Into a shard's state; a record at an index cancels all at and above it.
Fold(s, r) ==
  LET length == s.base + Len(s.log)
  IN CASE r.kind = "ENTRY" /\ r.index > s.base /\ r.index <= length + 1 ->
            [s EXCEPT !.log = SubSeq(@, 1, r.index - s.base - 1) \o <<r.value>> \o
                               IF On("R18.cancel") THEN <<>>
                               ELSE SubSeq(@, r.index - s.base + 1, Len(@))]
       [] r.kind = "STATE" -> [s EXCEPT !.term = r.value]
       [] r.kind = "RESET" -> [s EXCEPT !.base = r.index, !.log = <<>>]
       [] r.kind = "SHARD" ->
            IF r.value[2] > s.base \/ length < r.index
            THEN [term |-> r.value[1], base |-> r.value[2], log |-> <<>>]
            ELSE [s EXCEPT !.term = r.value[1], !.log = SubSeq(@, 1, r.index - s.base)]
       [] OTHER -> s

RECURSIVE FoldAll(_, _)
FoldAll(s, records) == IF records = <<>> THEN s ELSE FoldAll(Fold(s, Head(records)), Tail(records))

\* What can be read in a segment: the seed of the checksums hides the old records.
Readable(segment) ==
  IF On("R18.seed") THEN segment.records
  ELSE segment.records \o SubSeq(segment.old, Len(segment.records) + 1, Len(segment.old))

FirstBad(records) ==
  IF \E i \in 1..Len(records) : records[i] = Bad
  THEN CHOOSE i \in 1..Len(records) : records[i] = Bad /\ \A j \in 1..(i - 1) : records[j] # Bad
  ELSE Len(records) + 1

DurableEnd(records) ==
  CHOOSE e \in {0} \cup {records[i].end : i \in 1..Len(records)} :
    \A i \in 1..Len(records) : records[i].end <= e

RECURSIVE ReadAll(_)
ReadAll(row) ==
  IF row = <<>> THEN <<>>
  ELSE LET records == Readable(Head(row))
       IN SubSeq(records, 1, FirstBad(records) - 1) \o ReadAll(Tail(row))

\* Starts over what the disk holds: the segments in `row`, and a snapshot that was being written.
Start(row, left) ==
  LET found == FoldAll([Empty EXCEPT !.base = 0], ReadAll(row))
      last == row[Len(row)]
      hole == FirstBad(last.records)
      torn == hole <= Len(last.records)
      damage == torn /\ hole <= DurableEnd(last.records)
      noticed == flagged \/ (damage /\ On("R13.end")) \/ (torn /\ ~damage /\ On("R13.doubt"))
      whole == found.base \in {0, left} \cup snapshots
      known == \E i \in 1..Len(states) : states[i] = found
      kept == Segment(last.number, SubSeq(last.records, 1, hole - 1), last.synced, last.old)
  IN /\ sound' = (sound /\ (noticed \/ (known /\ whole)))
     /\ flagged' = noticed
     /\ states' = <<found>>
     /\ segments' =
          IF On("R18.rewrite")
          THEN \* all that is not sure is written anew, and durable before anybody is answered
               Append([row EXCEPT ![Len(row)] = kept], Segment(begun + 1, <<Shard(found)>>, 1, <<>>))
          ELSE [row EXCEPT ![Len(row)] =
                  [kept EXCEPT !.synced = IF @ < Len(kept.records) THEN @ ELSE Len(kept.records)]]

\* What was read is durable when it was written anew: entries are where they were, and synced.
Settled(row) ==
  IF On("R18.rewrite") THEN [i \in 1..Len(row) |-> [row[i] EXCEPT !.synced = Len(row[i].records)]]
  ELSE row

Crash(row, left) ==
  /\ crashes < MaxCrashes
  /\ crashes' = crashes + 1
  /\ next' = None
  /\ begun' = begun + 1
  /\ Start(Settled(row), left)
  /\ writing' = 0
  /\ UNCHANGED <<snapshots, changes, faults>>

\* Only the process dies.
Die == Crash(segments, writing)

\* The machine loses what it had not made durable, or any end of it.
LosePower ==
  \E kept \in Last.synced..Len(Last.records) :
    \E left \in {0, writing} :
      Crash([segments EXCEPT ![Len(segments)].records = SubSeq(@, 1, kept)], left)

\* A durable record rots while nothing runs.
Rot ==
  /\ faults < MaxFaults /\ crashes < MaxCrashes
  /\ \E i \in 2..Last.synced :
       /\ faults' = faults + 1
       /\ crashes' = crashes + 1
       /\ begun' = begun + 1
       /\ next' = None
       /\ Start(Settled([segments EXCEPT ![Len(segments)].records[i] = Bad]), writing)
  /\ writing' = 0
  /\ UNCHANGED <<snapshots, changes>>

Next ==
  \/ PutEntry \/ PutTerm \/ Force \/ ForceAgain \/ WriteSnapshot \/ SyncSnapshot \/ PutReset
  \/ RemoveSnapshot \/ BeginSegment \/ Activate \/ Release \/ Die \/ LosePower \/ Rot

Spec == Init /\ [][Next]_vars

(***************************************************************************)
(* A start finds the state that was reported durable last, or a later one  *)
(* that was written; if not, the shard is flagged and does not vote.       *)
(***************************************************************************)
DurableIsFoundAgain == sound
=============================================================================
