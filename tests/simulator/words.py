"""Vocabulary of simulated news: groups of words that may stand for one another, by subject. Data, and how English inflects it.

Written for this project. Groups are parted by `;`, the words of a group, which mean nearly the same, by `/`. A rewriter chooses
another word of the group, so what the groups hold decides how much a rewrite changes.
"""

from __future__ import annotations

import functools
from typing import NamedTuple


def groups(table: str) -> tuple[str, ...]:
    """Each group of a table as a choice of the grammar: `[plan|proposal|scheme]`."""
    parts = (" ".join(part.split()) for part in table.split(";"))
    return tuple(choice(part.split("/")) for part in parts if part)


def choice(words: list[str]) -> str:
    return f"[{'|'.join(words)}]" if len(words) > 1 else words[0]


class Topic(NamedTuple):
    """What one kind of event is told with."""

    agents: tuple[str, ...]
    """Who acts; only ever before a verb in the past tense, so number does not matter."""
    objects: tuple[str, ...]
    """What is acted upon: nouns in the singular, without article."""
    verbs: tuple[str, ...]
    """What is done to it: bare infinitives."""
    aims: tuple[str, ...]
    """What for: after `to`."""
    counted: tuple[str, ...]
    """Who or what is counted, in the plural."""
    happened: tuple[str, ...]
    """What happened to these: after `were`."""
    places: tuple[str, ...]
    """Where, within a town."""
    causes: tuple[str, ...]


TOPICS: dict[str, Topic] = {}


def _topic(name: str, **tables: str) -> None:
    TOPICS[name] = Topic(**{key: groups(table) for key, table in tables.items()})


_topic(
    "fire",
    agents="the fire service/firefighters/fire crews; the rescue team/rescuers/the emergency services; the chief fire officer/"
    "the head of the fire service; the owners/the proprietors; the insurance company/the insurer; the building inspector/"
    "the safety inspectorate; volunteers/helpers from nearby streets",
    objects="warehouse/storage depot; furniture factory/furniture works; apartment block/block of flats; timber yard/sawmill;"
    "roof/top floor; staircase/stairwell; chemical store/storeroom; church hall/parish hall; evacuation/clearing of the site;"
    "blaze/fire; alarm system/smoke alarm",
    verbs="contain/bring under control; search/comb; destroy/gut; inspect/examine; seal off/close off; rebuild/restore; damage/harm;"
    "demolish/pull down; secure/make safe",
    aims="stop the flames from spreading/keep the flames from neighbouring houses; find the cause/establish the cause;"
    "protect the houses nearby/save the neighbouring houses; let the smoke clear/wait for the smoke to clear;"
    "look for people who were missing/search for missing people; cool the gas bottles/keep the gas cylinders cool",
    counted="residents/householders; firefighters/firemen; families/households; guests/visitors; workers/employees",
    happened="taken to hospital/treated in hospital; led to safety/brought out; left homeless/without a home; treated for smoke/"
    "given oxygen; injured/hurt",
    places="the old harbour/the former docks; the railway arches/the arches by the station; an industrial estate/a business park;"
    "the market square/the market place; the eastern suburbs/the east of the town",
    causes="a faulty heater/a defective heater; an overloaded cable/a worn cable; sparks from a grinder/a grinding machine;"
    "fireworks/a stray rocket; arson/a deliberate act",
)
_topic(
    "council",
    agents="the town council/councillors/the local authority; the planning committee/the planners; the opposition/opposition members;"
    "the finance committee/the committee for finance; the deputy mayor/the mayor's deputy; the residents' association/"
    "an association of residents; the chamber of commerce/local business leaders; the regional governor/the governor",
    objects="budget/spending plan; swimming pool/public baths; bus lane/lane for buses; parking fee/charge for parking;"
    "bypass/relief road; library/public library; sewage works/treatment plant; tourist tax/levy on visitors; market hall/covered market;"
    "building permit/planning permission; town hall/council building; bicycle path/cycle route",
    verbs="approve/endorse/back; reject/turn down/throw out; postpone/put off/delay; amend/change/revise; scrap/abandon/drop;"
    "debate/discuss; question/challenge; publish/make public; suspend/halt; fund/finance",
    aims="close a gap in the accounts/plug a hole in the budget; keep traffic out of the centre/free the centre of traffic;"
    "attract younger families/draw young families; avoid higher taxes/spare taxpayers; settle a long dispute/end years of argument;"
    "meet new rules/comply with new rules; win over critics/convince doubters",
    counted="objections/complaints; signatures/names; shopkeepers/traders; council workers/municipal employees; parking spaces/places to park",
    happened="counted/registered; collected/gathered; consulted/asked; affected/touched by the change; heard/listened to",
    places="the old town/the historic centre; the riverside/the banks of the river; the northern district/the north of the town;"
    "the station quarter/the area round the station; the hillside estates/the estates on the hill",
    causes="falling revenue/shrinking income; a lack of staff/a shortage of staff; rising prices/inflation; an error in the tender/"
    "a mistake in the tender; pressure from voters/public pressure",
)
_topic(
    "court",
    agents="the district court/the judges; the prosecutor/the prosecution; the defence/defence lawyers; the jury/jurors; the appeal court/"
    "the court of appeal; the former director/the ex-director; the accountant/the bookkeeper; the main witness/the key witness;"
    "the police/detectives",
    objects="charge of fraud/fraud charge; appeal/plea; contract/agreement; sentence/prison term; piece of evidence/exhibit;"
    "confession/admission of guilt; bank account/secret account; claim for damages/compensation claim; testimony/statement;"
    "search warrant/warrant; trial/hearing; verdict/judgment",
    verbs="dismiss/throw out/reject; uphold/confirm; adjourn/postpone; dispute/contest; withdraw/retract; examine/study;"
    "accept/admit; overturn/quash; read out/present; order/call for",
    aims="hear further witnesses/call more witnesses; recover the money/get the money back; protect the witnesses/keep witnesses safe;"
    "prepare a new defence/rework the defence; deter others/set an example; trace the payments/follow the money",
    counted="investors/savers; witnesses/people with evidence; documents/files; victims/injured parties; pensioners/retired people",
    happened="questioned/heard; deceived/misled; seized/confiscated; compensated/paid back; named in the indictment/listed in the indictment",
    places="the county court/the court house; the law courts/the courts; a packed courtroom/a crowded courtroom; the high-security wing/"
    "the prison's secure wing",
    causes="gambling debts/debts from gambling; forged invoices/false invoices; greed/love of money; poor supervision/lax control;"
    "a missing signature/an absent signature",
)
_topic(
    "company",
    agents="the company/the group/the firm; the board/the directors; the works council/staff representatives; shareholders/investors;"
    "the chief executive/the head of the company; the finance director/the chief financial officer; a rival bidder/a competitor;"
    "analysts/observers of the market; the regulator/the supervisory authority; the creditors/the banks",
    objects="takeover/acquisition; annual profit/profit for the year; shipyard/yard; dividend/payout; assembly plant/assembly works;"
    "pension fund/pension scheme; battery factory/battery plant; order for turbines/turbine order; merger/union of the two firms;"
    "credit line/loan; profit warning/warning on profits; research centre/laboratory",
    verbs="announce/unveil; close/shut; sell/dispose of; expand/enlarge; block/veto/stop; renegotiate/work out again; cut/reduce/trim;"
    "welcome/applaud; audit/go through; guarantee/underwrite; shelve/put on ice",
    aims="reassure the markets/calm the markets; save jobs/protect jobs; pay off debts/reduce its debt; enter new markets/move into new markets;"
    "keep up with rivals/stay competitive; lower energy costs/save on energy; restore confidence/win back trust",
    counted="jobs/posts; shares/pieces of stock; branches/outlets; engineers/technicians; suppliers/supplying firms; customers/clients",
    happened="cut/lost; sold/traded; created/added; notified/told in writing; transferred/moved elsewhere",
    places="its headquarters/its head office; the port/the docks; the main plant/the principal factory; the technology park/the science park",
    causes="weak demand/a lack of orders; the price of steel/dear steel; a failed investment/an investment that went wrong; currency losses/"
    "exchange rates; delays in delivery/late deliveries",
)
_topic(
    "strike",
    agents="the union/the trade union; employers/the employers' side; train drivers/engine drivers; nurses/nursing staff; the mediator/"
    "the arbitrator; the labour minister/the minister of labour; the railway company/the rail operator; the strike committee/strike leaders;"
    "commuters/passengers",
    objects="pay offer/wage offer; strike/stoppage/walkout; contract of employment/labour contract; night shift/late shift;"
    "ballot/vote; picket line/picket; timetable/emergency timetable; overtime ban/refusal of overtime; demonstration/rally;"
    "compromise/middle way; wage scale/pay scale",
    verbs="reject/refuse/turn down; call off/cancel; extend/prolong; criticise/condemn; support/back; table/put forward;"
    "accept/agree to; break off/suspend; resume/take up again; defend/justify",
    aims="press for higher wages/demand higher pay; bring both sides together/get both sides talking; keep hospitals open/maintain hospital care;"
    "win shorter hours/obtain shorter hours; avoid another stoppage/prevent further action; ease the burden on staff/relieve staff",
    counted="workers/employees; trains/services; flights/departures; members/union members; schools/classes; operations/surgical operations",
    happened="cancelled/called off; on strike/out; delayed/late; balloted/asked to vote; diverted/sent another way",
    places="the central station/the main station; the bus depot/the depot; the factory gates/the gates of the works; the university hospital/"
    "the teaching hospital",
    causes="unpaid overtime/overtime that was not paid; stalled talks/deadlocked talks; staff shortages/too few staff; rising rents/dear housing;"
    "a broken promise/a promise not kept",
)
_topic(
    "storm",
    agents="the weather service/meteorologists; the army/soldiers; rescue workers/rescuers; the crisis team/the emergency committee;"
    "engineers/the engineers; the power company/the electricity supplier; the coast guard/the coastguard; farmers/growers;"
    "the road authority/the highways department; the harbour master/the port captain",
    objects="flood warning/warning of floods; dam/reservoir wall; coastal road/road along the coast; railway line/rail link;"
    "power line/overhead line; dyke/sea wall; bridge/road bridge; shelter/emergency accommodation; ferry service/ferry crossing;"
    "harvest/crop; camp site/camping ground; drinking water supply/water supply",
    verbs="reinforce/strengthen; close/shut; wash away/sweep away; reopen/open again; repair/mend; lift/withdraw; issue/put out;"
    "set up/establish; clear/free; evacuate/empty; flood/inundate",
    aims="restore the power supply/get the electricity back; reach villages that were cut off/get through to isolated villages;"
    "prevent a breach/stop the wall from giving way; pump out cellars/drain basements; shelter people overnight/house people for the night;"
    "measure the damage/assess the damage",
    counted="households/homes; people/residents; sandbags/bags of sand; trees/old trees; hectares of farmland/hectares of fields; boats/vessels",
    happened="without power/cut off from electricity; moved to safety/evacuated; filled/stacked; uprooted/blown down; under water/flooded",
    places="the river valley/the valley; the coast/the seaside; low-lying districts/the lower districts; the estuary/the mouth of the river;"
    "the hill villages/villages in the hills",
    causes="days of heavy rain/persistent rain; gale-force winds/winds of hurricane strength; melting snow/the thaw; blocked drains/clogged drains;"
    "a spring tide/an unusually high tide",
)
_topic(
    "health",
    agents="the health ministry/the ministry of health; doctors/physicians; the regional hospital/the hospital; researchers/scientists;"
    "the drug maker/the pharmaceutical company; the patients' group/patient representatives; the public health institute/health officials;"
    "pharmacists/chemists; the ethics commission/the ethics board; health insurers/the sickness funds",
    objects="vaccine/inoculation; outbreak/wave of infections; clinical trial/clinical study; hospital ward/ward; emergency unit/"
    "casualty department; new drug/new medicine; screening programme/check-up scheme; hygiene rule/rule on hygiene; waiting list/queue;"
    "medical device/appliance; maternity clinic/maternity unit; blood test/blood sample test",
    verbs="recommend/advise; approve/license; recall/withdraw; test/try out; close/shut; restrict/limit; extend/widen; warn of/point to;"
    "evaluate/assess; ration/share out; introduce/bring in",
    aims="protect older patients/shield the elderly; shorten waiting times/cut waiting times; slow the spread/contain the spread;"
    "relieve family doctors/lighten the load of family doctors; rule out side effects/exclude side effects; trace contacts/find people at risk",
    counted="patients/sick people; cases/infections; doses/injections; children/boys and girls; beds/hospital beds; nurses/carers",
    happened="treated/under treatment; vaccinated/given the injection; confirmed/established; tested/examined; sent home/discharged",
    places="the isolation ward/isolation; the children's clinic/the paediatric clinic; a nursing home/a care home; primary schools/elementary schools",
    causes="contaminated water/polluted water; a virus/a viral strain; a batch that was not sterile/an unsterile batch; cuts in funding/lack of money;"
    "poor ventilation/stale air",
)
_topic(
    "school",
    agents="the education ministry/the ministry of education; head teachers/school principals; the parents' council/parents; the university/"
    "the university senate; students/the students; the teachers' union/the teaching union; the school board/the education authority;"
    "inspectors/school inspectors; the rector/the vice-chancellor",
    objects="curriculum/syllabus; entrance examination/entrance test; school building/school; language course/language class; tuition fee/"
    "student fee; scholarship/bursary; boarding school/residential school; reading programme/reading scheme; gymnasium/sports hall;"
    "school meal/school lunch; ban on telephones/telephone ban; teaching post/teacher's post",
    verbs="reform/overhaul; abolish/do away with; introduce/bring in; renovate/refurbish; criticise/attack; test/try out; extend/lengthen;"
    "merge/combine; subsidise/support; reopen/open again",
    aims="raise standards/improve results; help weaker pupils/support slower learners; make up for lost lessons/catch up on lessons;"
    "attract teachers/find more teachers; save small schools/keep village schools; teach children to swim/give swimming lessons",
    counted="pupils/schoolchildren; teachers/members of staff; classrooms/teaching rooms; applicants/candidates; textbooks/schoolbooks",
    happened="enrolled/registered; absent/missing; hired/taken on; replaced/renewed; turned away/refused a place",
    places="rural areas/the countryside; the main campus/the campus; secondary schools/high schools; the suburbs/the outskirts",
    causes="a falling birth rate/fewer births; a leaking roof/a roof that leaked; poor results/weak results; a shortage of teachers/too few teachers;"
    "a data leak/leaked records",
)
_topic(
    "science",
    agents="the research team/the researchers; astronomers/sky watchers; the museum/the museum's curators; archaeologists/excavators;"
    "the space agency/the agency for space; marine biologists/ocean scientists; the institute/the research institute; the lead author/"
    "the first author; a second group/a rival group; geologists/earth scientists",
    objects="burial chamber/grave; meteorite/space rock; telescope/observatory; glacier/ice field; shipwreck/sunken ship; satellite/probe;"
    "fossil/petrified skeleton; seed bank/store of seeds; coral reef/reef; manuscript/parchment; measuring station/gauge; rare orchid/orchid",
    verbs="discover/find; date/determine the age of; photograph/take pictures of; excavate/dig up; describe/report on; map/chart;"
    "launch/send up; study/investigate; restore/conserve; doubt/call into question",
    aims="learn how the climate changed/understand past climates; compare it with older finds/set it beside earlier finds;"
    "protect it from looters/keep thieves away; measure the loss of ice/gauge the melting; train young scientists/teach the next generation;"
    "repeat the experiment/confirm the experiment",
    counted="samples/specimens; images/pictures; bones/fragments of bone; coins/silver coins; volunteers/lay helpers; species/kinds of animals",
    happened="analysed/examined; recovered/brought to light; catalogued/listed; on display/shown; counted/recorded",
    places="the northern plateau/the high plateau; a disused quarry/an old quarry; the sea bed/the ocean floor; the botanical garden/"
    "the gardens; a mountain lake/an upland lake",
    causes="warmer summers/rising temperatures; erosion/wind and rain; a chance find/an accident; a power failure/a loss of power;"
    "years of drought/a long drought",
)
_topic(
    "transport",
    agents="the airport/the airport operator; the railway/the rail company; the transport ministry/the ministry of transport; lorry drivers/"
    "hauliers; the airline/the carrier; the ferry line/the shipping line; investigators/accident investigators; the bridge builders/"
    "the contractors; the driver/the man at the wheel; cyclists/people on bicycles",
    objects="runway/landing strip; tunnel/road tunnel; tram line/tramway; toll/road charge; level crossing/railway crossing; speed limit/"
    "limit on speed; night train/sleeper; cargo terminal/freight terminal; motorway junction/motorway exit; signal box/control centre;"
    "ticket price/fare; safety report/report on safety",
    verbs="open/inaugurate; close/shut; lengthen/extend; modernise/upgrade; examine/inspect; cancel/scrap; widen/broaden; test/try out;"
    "raise/increase; order/commission; leave/abandon",
    aims="shorten the journey/cut travelling time; relieve the ring road/take traffic off the ring road; prevent further accidents/avoid more accidents;"
    "carry more freight/move more goods; reduce noise at night/make nights quieter; clear the wreckage/remove the wreck",
    counted="passengers/travellers; vehicles/cars and lorries; flights/take-offs; metres of track/metres of rail; drivers/motorists",
    happened="stranded/stuck; injured/hurt; diverted/sent round; checked/controlled; replaced/renewed",
    places="the ring road/the orbital road; the southern terminal/terminal two; the old viaduct/the viaduct; the border crossing/the frontier",
    causes="fog/poor visibility; a defective signal/a signal fault; human error/a mistake by the crew; black ice/an icy road; metal fatigue/"
    "a crack in the metal",
)
_topic(
    "police",
    agents="the police/police officers; customs officers/the customs service; detectives/investigators; the border guard/border police;"
    "the public prosecutor/the prosecutor; the suspects/the accused; a night watchman/a security guard; a neighbour/a woman who lives nearby;"
    "the jeweller/the shop owner; special forces/a special unit",
    objects="robbery/hold-up; stolen painting/painting; smuggling ring/gang of smugglers; getaway car/escape vehicle; safe/strongroom;"
    "weapons cache/hidden arsenal; cargo of cigarettes/load of cigarettes; ransom/ransom money; counterfeit passport/forged passport;"
    "post office/branch of the post office; workshop/garage; cannabis plantation/drug farm",
    verbs="uncover/discover; raid/storm; seize/confiscate; identify/recognise; surround/encircle; report/notice; solve/clear up;"
    "film/record; search/go through; set fire to/burn",
    aims="secure fingerprints/take fingerprints; follow the trail abroad/pursue leads abroad; find accomplices/identify helpers;"
    "look for witnesses/appeal for witnesses; prevent an escape/stop them getting away; recover the loot/get the haul back",
    counted="suspects/men; officers/policemen; packets/parcels; tips/calls from the public; flats/homes; weapons/guns",
    happened="arrested/detained; searched/raided; seized/secured; questioned/interviewed; deployed/sent out",
    places="the harbour district/the port area; a lay-by/a motorway rest area; the pedestrian zone/the shopping streets; the station forecourt/"
    "the square in front of the station; a remote farm/an isolated farmhouse",
    causes="an anonymous tip/a tip-off; a dispute over money/a quarrel about money; a loose floorboard/a hollow floor; revenge/a grudge;"
    "a careless telephone call/an intercepted call",
)
_topic(
    "culture",
    agents="the festival/the organisers; the orchestra/the musicians; the jury/the judges; the theatre/the playhouse; the novelist/the writer;"
    "the gallery/the art gallery; the film director/the director; the singer/the soprano; the city's culture office/the department of culture;"
    "the audience/spectators; sponsors/private donors",
    objects="opera/music drama; exhibition/show; film/motion picture; literary prize/book prize; concert hall/auditorium; sculpture/statue;"
    "open-air stage/outdoor stage; novel/book; retrospective/review of the work; organ/church organ; street parade/procession; season/programme",
    verbs="open/inaugurate; cancel/call off; applaud/cheer; restore/renovate; award/hand over; praise/commend; boycott/stay away from;"
    "record/film; donate/give away; rehearse/practise; stage/put on",
    aims="reach younger listeners/win a young public; pay for the repairs/cover the repairs; honour the founder/remember the founder;"
    "make room for new works/give space to new work; tour abroad/travel overseas; fill the house again/bring back the public",
    counted="visitors/spectators; tickets/seats; works/pieces; musicians/players; entries/submissions; films/productions",
    happened="sold/taken; shown/on view; invited/asked to take part; performed/played; nominated/shortlisted",
    places="the cathedral square/the square by the cathedral; the castle courtyard/the courtyard of the castle; the old gasworks/the former gasworks;"
    "the city park/the park",
    causes="illness/an illness in the cast; bad weather/rain; a quarrel over money/a dispute about fees; a broken boiler/a defect in the heating;"
    "poor sales/slow sales",
)
_topic(
    "farm",
    agents="farmers/growers; the farm ministry/the ministry of agriculture; fishermen/the fishing fleet; vets/veterinary officers; the dairy/"
    "the cooperative; wine makers/vintners; foresters/the forest service; conservationists/nature groups; the food inspectorate/food inspectors;"
    "the farmers' union/the farming lobby",
    objects="milk price/price of milk; fishing quota/catch limit; orchard/fruit farm; cattle market/livestock market; pesticide/weed killer;"
    "vineyard/wine estate; wolf/lone wolf; slaughterhouse/abattoir; irrigation canal/water channel; subsidy/grant; fish farm/salmon farm;"
    "nature reserve/protected area",
    verbs="ban/forbid; raise/increase; lower/cut; inspect/check; abandon/give up; enlarge/extend; vaccinate against/protect from; shoot/kill;"
    "buy/purchase; defend/stand by; monitor/keep watch over",
    aims="save the harvest/rescue the harvest; keep animals healthy/protect the herds; stop prices falling/halt the fall in prices;"
    "let stocks recover/allow stocks to grow; compensate for losses/make good losses; use less water/save water",
    counted="sheep/animals; farms/holdings; cows/head of cattle; tonnes of fruit/tonnes of produce; bottles/cases of wine; beehives/colonies of bees",
    happened="lost/killed; inspected/checked; destroyed/put down; sold/auctioned; infected/ill",
    places="the southern plain/the plain; mountain pastures/alpine meadows; the fishing port/the fishing harbour; the marshes/the wetlands",
    causes="late frost/frost in spring; a fungus/a fungal disease; cheap imports/imported goods; a dry summer/the drought; a parasite/a mite",
)
_topic(
    "sport",
    agents="the coach/the trainer; the club/the team; the captain/the skipper; the football association/the league; the goalkeeper/the keeper;"
    "the visitors/the away side; the home side/the hosts; the referee/the umpire; supporters/fans; the national coach/the national trainer;"
    "the champion/the title holder",
    objects="penalty/spot kick; final/final match; stadium/ground; transfer/move; contract/deal; opening goal/first goal; record/best mark;"
    "semi-final/last four match; suspension/ban; training camp/preparation; doping test/drug test; lead/advantage",
    verbs="miss/squander; win/take; cancel/call off; save/parry; prepare/plan; defend/hold on to; sign/agree; break/beat; criticise/find fault with;"
    "celebrate/enjoy; lose/give away",
    aims="reach the next round/move into the next round; strengthen the defence/shore up the defence; stay in the league/avoid relegation;"
    "recover from an injury/get over an injury; please the crowd/delight the crowd; replace a striker/find a new striker",
    counted="spectators/fans; points/league points; matches/games; players/squad members; tickets/seats; goals/strikes",
    happened="sold/taken; played/contested; injured/hurt; called up/selected; turned away/sent home",
    places="the national stadium/the stadium; the training ground/the training pitch; the dressing room/the changing rooms; a hotel near the airport/"
    "the team hotel",
    causes="a torn muscle/a muscle injury; tired legs/fatigue; a heavy pitch/a waterlogged pitch; a misplaced pass/a poor pass; nerves/tension",
)

ADJECTIVES = groups(
    """
    new/recent; old/ageing; large/big; small/modest; controversial/disputed; long-awaited/long-promised; costly/expensive; temporary/
    provisional; planned/proposed; important/key; final/last; first/initial; unusual/rare; popular/well-liked; additional/extra; private/
    privately owned; public/municipal; famous/celebrated; damaged/battered; modern/up-to-date; independent/separate; secret/confidential;
    joint/common; serious/grave; narrow/slim; ambitious/far-reaching; unexpected/surprising; difficult/complicated; local/regional;
    remaining/surviving
    """
)
FAMILIES = groups(
    "committee/panel; working group/task force; spokesman/speaker; foundation/trust; ministry/department; agency/authority"
)
NOUNS = groups(
    """
    decision/ruling; problem/difficulty; debate/discussion; delay/hold-up; increase/rise; decline/fall; agreement/accord; inquiry/
    investigation; protest/outcry; result/outcome; risk/danger; question/issue; opportunity/chance; loss/setback; success/triumph; effort/
    attempt; promise/pledge; demand/call; mistake/error; change/shift; burden/load; solution/answer; experience/lesson; doubt/uncertainty;
    hope/expectation; fear/worry; interest/attention; support/backing; pressure/strain; damage/harm
    """
)
FEELINGS = groups("relieved/reassured; disappointed/let down; surprised/taken aback; confident/optimistic; angry/furious; worried/concerned;"
                  "grateful/thankful; sceptical/doubtful; cautious/wary; proud/full of pride")  # fmt: skip
OFFICES = groups(
    """
    mayor/head of the town; spokesman/press officer; director/head; minister/member of the government; chairwoman/president; professor/
    university teacher; engineer/technical director; lawyer/solicitor; manager/managing director; commissioner/representative; historian/
    chronicler; economist/business expert; union leader/trade unionist; member of parliament/lawmaker
    """
)
BODIES = (
    "Authority Trust Council Institute Union Association Board Foundation Company Agency Society Commission Group Works".split()
)
FIELDS = """Harbour River Valley Coastal Northern Eastern Southern Western Central National Regional Mountain Island Forest
Lake Highland Border Metropolitan Upland Maritime""".split()
MATTERS = """Transport Housing Water Energy Health Culture Heritage Education Fisheries Farming Railway Research Sports Safety Trade
Weather Tourism Labour Planning Environment Shipping Insurance Consumer Justice""".split()
PEOPLE = groups("residents/inhabitants; neighbours/people from next door; parents/mothers and fathers; passers-by/people walking by; visitors/guests;"
                "employees/members of staff; shopkeepers/traders; pensioners/older people; students/young people; commuters/people on their way to work;"
                "families/whole families; supporters/sympathisers; motorists/drivers; tenants/those who rent")  # fmt: skip
FIRST_NAMES = """Ana Bruno Carla Daniel Edith Felix Greta Hugo Irene Jonas Klara Leon Marta Nils Olga Paul Ruth Simon Tessa Victor Wanda
Arthur Beatrice Conrad Dora Emil Flora Gordon Helen Ivan Judith Karl Lydia Martin Nora Oscar Petra Robert Sonia Thomas Ursula Walter Agnes
Boris Clara David Elena Frank Gloria Henry Ines Jakob Laura Miriam Norbert Olivia Philip Rosa Samuel Teresa Vera William""".split()
SURNAME_HEADS = """Ash Bar Brad Cal Carn Dar Del Ebb Fal Farn Gar Gren Had Hal Holl Ing Kel Kirk Lang Lor Mar Mel Nor Oak Pad Pen Quar
Ram Red Sal Sel Stan Tar Thor Und Var Wal Wes Whit Yar Bren Corv Drum Elm Fen Glas Hurst Isk Jarr Kemp Lind Mort""".split()
SURNAME_TAILS = """combe den ford field gate grove ham hurst ington kin ley low man more mond ner over quist rick sen shaw son stead ster
ton vall vick wall ward well wick win wood worth""".split()
TOWN_HEADS = """Aber Alder Ammer Bel Birk Brack Bux Cald Castel Cor Dorn Dun Eden Elber Fair Fern Gal Glen Gran Hart Hex Ilm Jed Kar
Kings Lam Loch Lorn Lund Mars Mill Nether Ober Orm Pell Port Quen Rav Roth Sand Sel Skar Stein Thorn Ulver Ven Wald West Win Yel
Zell""".split()
TOWN_TAILS = """berg bridge brook burn bury by cliff dale feld ford gate haven heim holm hurst lake land leigh mere mouth ness ney pool port
ridge rith scombe stadt stead ster ton vale ville wick""".split()

_IRREGULAR = {
    "win": ("won", "won"), "give": ("gave", "given"), "take": ("took", "taken"), "lose": ("lost", "lost"), "find": ("found", "found"),
    "cut": ("cut", "cut"), "shut": ("shut", "shut"), "put": ("put", "put"), "set": ("set", "set"), "sell": ("sold", "sold"),
    "beat": ("beat", "beaten"), "break": ("broke", "broken"), "read": ("read", "read"), "throw": ("threw", "thrown"),
    "make": ("made", "made"), "bring": ("brought", "brought"), "go": ("went", "gone"), "get": ("got", "got"), "hold": ("held", "held"),
    "uphold": ("upheld", "upheld"), "withdraw": ("withdrew", "withdrawn"), "overturn": ("overturned", "overturned"),
    "send": ("sent", "sent"), "dig": ("dug", "dug"), "rebuild": ("rebuilt", "rebuilt"), "shoot": ("shot", "shot"), "buy": ("bought", "bought"),
    "forbid": ("forbade", "forbidden"), "keep": ("kept", "kept"), "stand": ("stood", "stood"), "leave": ("left", "left"),
    "sweep": ("swept", "swept"), "do": ("did", "done"), "burn": ("burned", "burned"), "work": ("worked", "worked"), "pull": ("pulled", "pulled"),
}  # fmt: skip
_DOUBLED = frozenset("trim scrap drop plan map stop grip cancel ban".split())


@functools.cache
def past(verb: str, participle: bool = False) -> str:
    """The past tense, or the participle, of a bare infinitive of one or more words: `turned down`, `brought under control`."""
    head, space, rest = verb.partition(" ")
    if head in _IRREGULAR:
        form = _IRREGULAR[head][participle]
    elif head.endswith("e"):
        form = head + "d"
    elif head.endswith("y") and head[-2] not in "aeiou":
        form = head[:-1] + "ied"
    elif head in _DOUBLED:
        form = head + head[-1] + "ed"
    else:
        form = head + "ed"
    return form + space + rest


def inflected(group: str, participle: bool = False) -> str:
    """A group of bare infinitives in the past tense."""
    return choice([past(verb, participle) for verb in group.strip("[]").split("|")])
