------------------------------ MODULE Sessions ------------------------------
(***************************************************************************)
(* Writes that come twice, late, or to a leader that is none any more:     *)
(* sessions (R16), and what is decided at apply (R17). core.command        *)
(*                                                                         *)
(* The shard is what its log makes of it: `pending` is appended by the     *)
(* leader of the moment, its head becomes committed and is applied, and a  *)
(* change of leader keeps any beginning of it. A client has one write open *)
(* at a time, sends it once more when no answer comes, and gives up its    *)
(* session with a write of which it knows nothing.                         *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Client,
  None,
  Off,           \* names of the parts of rules that are switched off
  Operation,     \* "add": always applies. "insert": only while there is no row
  MaxSessions,   \* sessions that are ever opened
  MaxSequence,   \* writes of one session
  MaxAttempts,   \* times that a write is sent
  Kept,          \* sessions that the table remembers
  MaxChanges     \* changes of leader

VARIABLES
  opened,    \* the greatest session number that was given out
  client,    \* client -> its session, its write, and what it knows of it
  net,       \* attempts on their way: each arrives at most once, be it late
  pending,   \* appended, not committed
  table,     \* session -> answered below, and the remembered answers
  order,     \* sessions in the table, the least recently used first
  floor,     \* below it an unknown session is refused
  executed,  \* write -> how often it was applied
  answered,  \* <<write, answer>> that clients have
  leader     \* changes of leader so far

vars == <<opened, client, net, pending, table, order, floor, executed, answered, leader>>
shard == <<pending, table, order, floor, executed, leader>>

On(part) == part \notin Off
Writes == (1..MaxSessions) \X (1..MaxSequence)
NoSession == [below |-> 0, results |-> [q \in 1..MaxSequence |-> None]]
Fresh == [session |-> 0, sequence |-> 0, attempts |-> 0, doubt |-> FALSE]

Init ==
  /\ opened = 0
  /\ client = [c \in Client |-> Fresh]
  /\ net = {}
  /\ pending = <<>>
  /\ table = [s \in 1..MaxSessions |-> NoSession]
  /\ order = <<>>
  /\ floor = 0
  /\ executed = [w \in Writes |-> 0]
  /\ answered = {}
  /\ leader = 0

Waits(c) == client[c].attempts > 0
Id(c) == <<client[c].session, client[c].sequence>>
Done(c) == client' = [client EXCEPT ![c].attempts = 0, ![c].doubt = FALSE]

\* SessionNumbers: each is given out once, and they grow.
Open(c) ==
  /\ opened < MaxSessions
  /\ client[c].session = 0 \/ (Waits(c) /\ client[c].doubt)
  /\ opened' = opened + 1
  /\ client' = [client EXCEPT ![c] = [Fresh EXCEPT !.session =
                                        IF On("R16.growing") THEN opened + 1 ELSE 1]]
  /\ UNCHANGED <<net, answered, shard>>

\* The client acknowledges, with each write, that all before it are answered.
Attempt(c, write) ==
  [id |-> <<write.session, write.sequence>>, below |-> write.sequence, by |-> c,
   attempt |-> write.attempts, absent |-> TRUE]

Send(c) ==
  /\ client[c].session > 0 /\ ~Waits(c) /\ client[c].sequence < MaxSequence
  /\ LET write == [client[c] EXCEPT !.sequence = @ + 1, !.attempts = 1]
     IN client' = [client EXCEPT ![c] = write] /\ net' = net \cup {Attempt(c, write)}
  /\ UNCHANGED <<opened, answered, shard>>

\* No answer in time. From now on, nothing that is heard of one attempt says all.
SendAgain(c) ==
  /\ Waits(c) /\ client[c].attempts < MaxAttempts
  /\ LET write == [client[c] EXCEPT !.attempts = @ + 1, !.doubt = TRUE]
     IN client' = [client EXCEPT ![c] = write] /\ net' = net \cup {Attempt(c, write)}
  /\ UNCHANGED <<opened, answered, shard>>

(***************************************************************************)
(* HostedShard                                                             *)
(***************************************************************************)
RowExists == \E w \in Writes : executed[w] > 0

\* HostedShard.placeProposals. R17 forbids to decide the condition here.
Propose(m) ==
  /\ net' = net \ {m}
  /\ pending' = Append(pending, [m EXCEPT !.absent = On("R17.apply") \/ ~RowExists])
  /\ UNCHANGED <<opened, client, table, order, floor, executed, answered, leader>>

\* NOT_LEADER: never appended. The client believes it if it has sent no other attempt.
Refuse(m) ==
  /\ net' = net \ {m}
  /\ IF Id(m.by) = m.id /\ Waits(m.by) /\ ~client[m.by].doubt
     THEN answered' = answered \cup {<<m.id, "not appended">>} /\ Done(m.by)
     ELSE UNCHANGED <<answered, client>>
  /\ UNCHANGED <<opened, shard>>

\* Another leads, with any beginning of what was appended. Who waited learns that nothing is known.
Change ==
  /\ leader < MaxChanges
  /\ leader' = leader + 1
  /\ \E kept \in 0..Len(pending) : pending' = SubSeq(pending, 1, kept)
  /\ IF On("R17.unknown")
     THEN /\ client' = [c \in Client |-> IF Waits(c) THEN [client[c] EXCEPT !.doubt = TRUE]
                                         ELSE client[c]]
          /\ UNCHANGED answered
     ELSE LET told == {c \in Client : Waits(c) /\ ~client[c].doubt
                                      /\ \E i \in 1..Len(pending) : pending[i].id = Id(c)}
          IN /\ answered' = answered \cup {<<Id(c), "not appended">> : c \in told}
             /\ client' = [c \in Client |-> IF c \in told THEN [client[c] EXCEPT !.attempts = 0]
                                            ELSE client[c]]
  \* R16 forbids to keep the table in the leader's memory alone.
  /\ IF On("R16.apply") THEN UNCHANGED <<table, order, floor>>
     ELSE /\ table' = [s \in 1..MaxSessions |-> NoSession] /\ order' = <<>> /\ UNCHANGED floor
  /\ UNCHANGED <<opened, net, executed>>

(***************************************************************************)
(* CommandMachine.apply, Sessions.answer, Sessions.remember                *)
(***************************************************************************)
IsKnown(s) == \E i \in 1..Len(order) : order[i] = s
LastUsed(s) == Append(SelectSeq(order, LAMBDA other : other # s), s)

Acknowledged(session, below) ==
  [below |-> IF On("R16.below") /\ below > session.below THEN below ELSE session.below,
   results |-> [q \in 1..MaxSequence |-> IF q < below THEN None ELSE session.results[q]]]

Outcome(m) ==
  IF Operation = "add" \/ (IF On("R17.apply") THEN ~RowExists ELSE m.absent)
  THEN "applied" ELSE "condition failed"

Known(m) ==
  LET session == Acknowledged(table[m.id[1]], m.below)
  IN IF ~IsKnown(m.id[1]) /\ m.id[1] < floor THEN "expired"
     ELSE IF m.id[2] < session.below THEN "answered before"
     ELSE IF On("R16.once") THEN session.results[m.id[2]] ELSE None

Remember(m, outcome) ==
  LET s == m.id[1]
      session == Acknowledged(table[s], m.below)
      used == LastUsed(s)
      evicts == Len(used) > Kept
  IN /\ table' = [table EXCEPT ![s] = [session EXCEPT !.results[m.id[2]] = outcome],
                               ![used[1]] = IF evicts THEN NoSession ELSE
                                              IF used[1] = s
                                              THEN [session EXCEPT !.results[m.id[2]] = outcome]
                                              ELSE @]
     /\ order' = IF evicts THEN Tail(used) ELSE used
     /\ floor' = IF evicts /\ On("R16.floor") /\ used[1] + 1 > floor THEN used[1] + 1 ELSE floor

\* The answer goes to whoever still waits for this attempt, or is lost on its way.
Answer(m, outcome) ==
  \/ UNCHANGED <<client, answered>>
  \/ /\ Waits(m.by) /\ Id(m.by) = m.id /\ client[m.by].attempts = m.attempt
     /\ outcome \in {"applied", "condition failed"}
     /\ answered' = answered \cup {<<m.id, outcome>>}
     /\ Done(m.by)

Apply ==
  /\ pending # <<>>
  /\ pending' = Tail(pending)
  /\ LET m == pending[1]
         known == Known(m)
         outcome == IF known = None THEN Outcome(m) ELSE known
     IN /\ IF known = None
           THEN /\ Remember(m, outcome)
                /\ executed' = [executed EXCEPT ![m.id] = @ + IF outcome = "applied" THEN 1 ELSE 0]
           ELSE UNCHANGED <<table, order, floor, executed>>
        /\ Answer(m, outcome)
  /\ UNCHANGED <<opened, net, leader>>

AnyPropose == \E m \in net : Propose(m)
AnyRefuse == \E m \in net : Refuse(m)

Next ==
  \/ \E c \in Client : Open(c) \/ Send(c) \/ SendAgain(c)
  \/ AnyPropose \/ AnyRefuse
  \/ Change \/ Apply

Spec == Init /\ [][Next]_vars

(***************************************************************************)
(* What must hold                                                          *)
(***************************************************************************)
AppliedOnce == \A w \in Writes : executed[w] <= 1

\* What a client was told is so, now and later.
AnswersAreTrue ==
  \A a \in answered :
    CASE a[2] = "applied" -> executed[a[1]] = 1
      [] OTHER -> executed[a[1]] = 0

\* A row is inserted once.
ConditionsHold ==
  Operation = "insert" => Cardinality({w \in Writes : executed[w] > 0}) <= 1

Symmetry == Permutations(Client)
=============================================================================
