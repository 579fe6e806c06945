//! A few sentences of our own in each language, from which its letter statistics are counted.
//!
//! They say nothing in particular: everyday words, chosen so that every letter of the language and its usual
//! neighbours occur. A reading of a file is judged by how well it agrees with one of them.

/// A language and a text in it.
pub(crate) struct Sample {
    /// ISO 639-1 code.
    pub(crate) language: &'static str,
    /// The sentences.
    pub(crate) text: &'static str,
}

const fn sample(language: &'static str, text: &'static str) -> Sample {
    Sample { language, text }
}

/// Languages in an alphabet.
pub(crate) const SAMPLES: &[Sample] = &[
    sample(
        "fr",
        "Le nombre d'élèves inscrits à l'école a augmenté depuis l'année dernière. Où êtes-vous allés cet été ? \
Nous avons été très contents de découvrir la forêt près du château, même après la tempête de février. Le garçon a reçu un \
gâteau à Noël, et sa sœur préfère les œufs à la crème brûlée. Voilà déjà la première année où le coût de l'énergie a baissé. \
La société générale des transports publics a été créée à Orléans ; les usagers s'y sont habitués peu à peu. Ça va peut-être \
changer bientôt, naïvement ou sûrement. Le préfet a déclaré que la mairie était fermée jusqu'à l'arrivée du maître. Français, \
Françoise, façade, leçon, théâtre, hôpital, hôtel, île, dîner, août, goût, ambiguë, maïs, pièce, médecin, numéro, prénom, \
département, région, qualité, quantité, unité, célibataire, marié, décès, âge, durée, période, matériel, élément, référence.",
    ),
    sample(
        "de",
        "Die Übersicht über die größten Städte zeigt, daß dort viele Häuser für ältere Menschen gebaut würden. Der \
Schlüssel gehört zur Tür in der Straße gegenüber dem Bäcker. Natürlich können wir im März früh aufstehen und Brötchen kaufen. \
Österreich und die Schweiz führen ähnliche Gespräche über Zölle. Schöne Grüße aus München, Köln, Düsseldorf und Nürnberg. \
Das Mädchen hört täglich Musik, während der Schüler Äpfel und süße Früchte ißt. Öffentliche Behörden müssen jährlich \
Gebühren prüfen. Größe, Höhe, Länge, Stück, Menge, Prüfung, Gültigkeit, Währung, Lösung, Änderung, Ärzte, Übung, Straßenbahn, \
Fuß, heiß, weiß, groß, außer, dreißig, Jäger, Vögel, Bücher, zurück, möglich, nötig, fünf, zwölf, Geschäftsführer, Verfügung.",
    ),
    sample(
        "es",
        "El año pasado la señora Muñoz viajó a España para enseñar matemáticas en una pequeña población. ¿Cómo está \
usted? ¡Qué día más bonito! La información económica se publicará después de la reunión con el Ministerio de Educación. Aquí \
también había jóvenes que querían aprender inglés. El niño comió piña y jamón mientras su mamá leía un periódico. Según la \
administración, la situación política es difícil y el pingüino está en extinción. Número, código, país, dirección, teléfono, \
población, región, además, así, sólo, último, único, público, médico, técnico, árbol, azúcar, café, corazón, canción, camión, \
García, Martínez, González, López, Pérez, Sánchez, Ramírez, Núñez, Íñigo, Ángel, Málaga, Cádiz, Córdoba, mañana, otoño, señal.",
    ),
    sample(
        "pt",
        "A situação da população não é fácil, porém há razões para crer que as eleições trarão soluções. Você já foi à \
praça de São João? O coração do irmão dele está em Lisboa, lá na estação. As crianças não têm lições amanhã de manhã. Três \
pães e um chá de limão, por favor; o avô e a avó também vêm. A função pública é exercida após a aprovação da Câmara. \
Informações sobre preços, serviços, endereço, código, número, índice, período, técnico, econômico, político, histórico, \
português, inglês, mês, até, além, alguém, ninguém, você, português, açúcar, maçã, avião, cão, mãe, põe, corações, órgão, \
órfão, ônibus, nível, difícil, possível, área, água, família, história, memória, Antônio, José, Gonçalves, Araújo, Guimarães.",
    ),
    sample(
        "it",
        "La città è più bella di quanto si possa immaginare, perché c'è molta libertà. Così l'università ha deciso che \
l'attività sarà possibile già lunedì. Né lui né lei può dire la verità sulla società. L'età media della popolazione è di \
quarantatré anni. Però il caffè è buono e costa di più in quel bar. Martedì, mercoledì, giovedì e venerdì verrà il papà. \
Qualità, quantità, unità, velocità, capacità, comunità, libertà, novità, località, gioventù, virtù, laggiù, perciò, ciò, \
andrò, farò, sarò, andò, parlò, finì, è stato, È vero, Niccolò, Forlì, Cefalù, poiché, affinché, benché, cioè, tè, tribù.",
    ),
    sample(
        "nl",
        "De coöperatie heeft geïnvesteerd in één nieuwe fabriek in België. Ideeën van de reünie, café, financiële \
crisis, coördinatie, efficiënt, patiënten, cliënten, Italië, Australië, zeeën, skiën, reëel, vóór, hè, enquête, crème, hé.",
    ),
    sample(
        "da",
        "Så snart året er forbi, får både børn og voksne en længere ferie på øen. Købmanden på hjørnet sælger røde æbler, \
grønne ærter og frisk fløde. Hvor mange år er De? Der var også nogle piger, som gik på gaden i København og så på åen. \
Undersøgelsen viser, at prisen på køb af både og udstyr må stige fra næste måned. Først må vi spørge, om løsningen kan gøre \
væsentlig nytte for brugerne. Ændringer af område, størrelse, længde, højde, beløb, måned, dåb, Ærø, Århus, Østerbro, Sørensen, \
Jørgensen, Møller, Kjær, Nørgård, Sjælland, søndag, lørdag, tæt, læse, tænke, være, både, små, gå, stå, få, håbe, åben, ø, æ, å.",
    ),
    sample(
        "no",
        "Det blåser på fjorden når båten kommer inn, og øynene ser mot øst. Været på fjellet var så dårlig at vi måtte \
gå hjem før klokken ni. Hun kjøpte brød, smør og en pære på gården. Språket vårt er både bokmål og nynorsk, og språkrådet gir råd. \
Årsaken til økningen må være større etterspørsel. Første år på skolen lærer vi å lese. Østlandet, Sørlandet, Tromsø, Ålesund, \
Bodø, Røros, Hønefoss, næringsliv, sjø, tjære, lærer, opplæring, spørsmål, måned, høyde, størrelse, også, både, får, går, står, \
søknad, kjøretøy, beløp, område, kjønn, født, død, påske, fløte, grønn, blå, rød, Bjørn, Håkon, Øystein, Åse, Grønland, Færøyene.",
    ),
    sample(
        "sv",
        "Är det så att våren kommer före påsk i år? På ön växer både björkar och höga granar, och sjön är alltid kall. \
Många människor går därför över gränsen för att köpa öl och småkakor. Försäljningen ökade under första kvartalet, men åtgärderna \
har ännu inte gett någon större effekt. Hon läser på högskolan i Malmö och bor hos sin mor i Västerås. Vänner från Göteborg, \
Örebro, Umeå, Luleå, Gävle, Jönköping, Linköping och Växjö är välkomna. Även små företag måste följa lagen. Ändring, område, \
längd, höjd, märke, nästa, före, efteråt, också, två, små, stå, få, må, går, år, åtta, fjärde, sjätte, söndag, lördag, kött, smör.",
    ),
    sample(
        "fi",
        "Tänään on hyvä päivä lähteä järvelle, sillä sää näyttää pysyvän lämpimänä. Minä en tiedä, mitä hän ääneen \
sanoi, mutta kaikki ymmärsivät. Työpäivä alkaa yleensä yhdeksältä ja päättyy viideltä. Näyttelyn järjestäjä pyysi kävijöitä \
täyttämään kyselyn. Lähettäjän käyttäjätunnus ei ole vielä käytössä. Ympäristöministeriö esittää lisäyksiä määrärahoihin. \
Älä syö sitä leipää, joka jäi pöydälle. Äiti käytti häntä Jyväskylässä ja Hämeenlinnassa, Järvenpäässä, Mäntsälässä, Äänekoskella. \
Väestö, määrä, pituus, hinta, yhtiö, työ, pöytä, töitä, myös, näin, tämä, sekä, että, lääkäri, pääkaupunki, Åbo, Öljy, Šakki, ž.",
    ),
    sample(
        "is",
        "Það er ekki auðvelt að læra íslensku, en þú getur það ef þú reynir á hverjum degi. Börnin léku sér úti í garðinum \
þangað til móðir þeirra kallaði á þau. Veðrið hefur verið gott í sumar og fólk fór oft í sund. Í Reykjavík búa margir sem \
vinna við sjávarútveg, ferðaþjónustu og iðnað. Þetta er fyrsta árið sem fyrirtækið skilar hagnaði. Ég ætla að kaupa brauð, \
mjólk og ýsu á morgun. Akureyri, Ísafjörður, Vestmannaeyjar, Húsavík, Þórður, Guðrún, Sigríður, Jón, Páll, Æsa, Örn, Ólafur, \
Úlfur, Ýmir, stærð, hæð, lengd, verð, dagsetning, mánuður, ár, kyn, land, þjóð, já, nei, við, þið, þeir, þær, þau, öll, önnur.",
    ),
    sample(
        "ga",
        "Tá an aimsir go breá inniu agus beidh sé níos fearr amárach. Cá bhfuil tú i do chónaí? Is as Éirinn mé, agus \
labhraím Gaeilge le mo mháthair gach lá. Bhí an fear óg ag obair sa chathair mhór ar feadh trí bliana. Ní fhaca mé an leabhar \
sin riamh, ach léigh mé faoi. Déanann an Rialtas iarracht an tír a fhorbairt. Cén t-am é? Ó, tá sé a cúig a chlog. Úsáidtear \
an córas seo i ngach áit. Sráid, síochána, Gaillimh, Corcaigh, Áth Cliath, Seán, Máire, Pádraig, Bríd, Ó Súilleabháin, séú, \
bliain, mí, seachtain, uimhir, ainm, sloinne, seoladh, contae, tír, teanga, oideachas, sláinte, airgead, páiste, múinteoir.",
    ),
    sample(
        "cy",
        "Mae'r tŷ ar ben y bryn yn edrych dros y môr, ac mae'r gŵr yn byw yno ers blynyddoedd. Dŵr oer a thân cynnes. Sŵn y \
gwynt, tŵr y castell, ŷd yn y cae, llŷn, sêr, tân, bŵts, ŵyn, ŵy, pêl, gêm, tîm, siŵr, mân, glân, dŷn, cân, lôn, ysgôl, iâ.",
    ),
    sample(
        "ca",
        "L'any passat la població de Barcelona va créixer més del que s'esperava. Què és això? Només cal obrir la plaça a \
l'estació i així tothom serà feliç. El català és una llengua romànica, com el francès i l'espanyol; cançó, força, dolça, \
il·lusió, col·legi, qüestió, ciències, pagès, perquè, també, però, després, aquí, país, veïns, raïm, Núria, Mònica, Ramón, València.",
    ),
    sample(
        "et",
        "Öösel sadas vihma, aga hommikul oli ilm jälle väga ilus. Kõik inimesed sünnivad vabadena ja võrdsetena oma \
väärikuselt ja õigustelt. Täna lähen ma tööle bussiga, sest auto ei käivitu. Lõunasöögiks sõime köögivilju ja võileibu. Eesti \
rahvaarv on viimastel aastatel tõusnud, kuigi sündimus on väike. Õpetaja küsis õpilastelt, kas nad mõistavad ülesannet. Šokolaad, \
žanr, dušš, garaaž, tšehhi, Põltsamaa, Võru, Pärnu, Jõhvi, Jõgeva, Järva, Lääne, Põlva, Rõuge, Õismäe, Üle, Ülikool, Äri, Öö, \
mõõt, hind, kõrgus, pikkus, vanus, kuupäev, number, võõras, jõud, jää, maa, öö, töö, püüd, süü, rõõm, õhk, õun, üks, kümme, sõna.",
    ),
    sample(
        "lv",
        "Visi cilvēki piedzimst brīvi un vienlīdzīgi savā pašcieņā un tiesībās. Šodien Rīgā ir ļoti silts laiks, bet rīt \
būs vējains un līs lietus. Kādā skolā tu mācies? Mūsu ģimene dzīvo nelielā mājā pie Daugavas. Latvijas iedzīvotāju skaits pēdējos \
gados ir samazinājies. Es gribētu nopirkt maizi, ķiršus un žāvētas zivis. Priekšsēdētājs paziņoja, ka lēmums stāsies spēkā \
nākamajā mēnesī. Viņš nekad nav bijis ārzemēs, taču runā angļu un vācu valodā. Čehija, Ņujorka, Ķegums, Šķēde, Ļaudona, Ēdole, \
Ūdens, Īrija, Āzija, Žanis, Ģirts, jūnijs, jūlijs, daļa, skaitļi, gaļa, ceļš, kaķis, šķīvis, tēls, nē, jā, četri, pieci, seši, \
septiņi, astoņi, deviņi, desmit, vārds, uzvārds, dzimšanas, adrese, tālrunis, vērtība, garums, augstums, platība, apgabals.",
    ),
    sample(
        "lt",
        "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Šiandien Vilniuje šilta, bet rytoj bus vėjuota ir lis. \
Kokią kalbą jūs mokate geriausiai? Mūsų šeima gyvena nedideliame name prie ežero. Lietuvos gyventojų skaičius per pastaruosius \
dešimtmečius mažėjo. Norėčiau nusipirkti duonos, obuolių ir rūkytos žuvies. Pirmininkas pranešė, kad sprendimas įsigalios kitą \
mėnesį. Jis niekada nebuvo užsienyje, tačiau kalba angliškai ir vokiškai. Būtų puiku, jeigu galėtumėte ateiti į posėdį. Šiauliai, \
Panevėžys, Klaipėda, Alytus, Marijampolė, Mažeikiai, Utena, Kėdainiai, Telšiai, Tauragė, Ukmergė, Visaginas, Įmonė, Ąžuolas, Ėriukas, \
vardas, pavardė, gimimo, adresas, telefonas, vertė, ilgis, aukštis, plotas, sritis, rugsėjis, lapkritis, gruodis, žąsis, ąsotis, ūkis.",
    ),
    sample(
        "pl",
        "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Dzisiaj w Łodzi jest ciepło, ale \
jutro będzie padał śnieg. Czy mógłbyś mi powiedzieć, która jest godzina? Książka, którą czytałem, była bardzo ciekawa. Źródło \
podało, że liczba mieszkańców wzrosła o trzy tysiące osób. Chciałbym kupić chleb, masło, jabłka i świeżą rybę. Życie nie jest \
łatwe, lecz można się cieszyć każdą chwilą. Państwo Wiśniewscy są już w drodze do Krakowa. Proszę wypełnić wszystkie pola oznaczone \
gwiazdką. Ćwiczenia, Łukasz, Żaneta, Świętokrzyskie, Śląsk, Małopolska, Wrocław, Poznań, Gdańsk, Białystok, Toruń, Rzeszów, Olsztyn, \
imię, nazwisko, wartość, ilość, długość, wysokość, powierzchnia, miesiąc, dzień, październik, grudzień, źle, więc, też, może, coś, dość.",
    ),
    sample(
        "cs",
        "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Dnes je v Praze teplo, ale zítra bude pršet a \
foukat vítr. Můžete mi prosím říct, kolik je hodin? Kniha, kterou jsem četl, byla velmi zajímavá. Počet obyvatel města se během \
posledních let zvýšil. Chtěl bych koupit chléb, máslo, jablka a čerstvé ryby. Život není snadný, ale můžeme se těšit z každé chvíle. \
Předseda vlády oznámil, že nový zákon začne platit příští měsíc. Žádné změny nebyly provedeny. Žluťoučký kůň úpěl ďábelské ódy. \
Jméno, příjmení, číslo, částka, délka, výška, šířka, množství, měsíc, září, říjen, červen, neděle, středa, čtvrtek, pátek, ulice, \
Plzeň, Ústí, Děčín, Třebíč, České Budějovice, Hradec Králové, Jiří, Tomáš, Jaroslav Dvořák, Šárka, Růžena, Žižkov, loď, teď, síť, chuť.",
    ),
    sample(
        "sk",
        "Všetci ľudia sa rodia slobodní a rovní v dôstojnosti a právach. Dnes je v Bratislave teplo, ale zajtra bude pršať a \
fúkať vietor. Môžete mi povedať, koľko je hodín? Kniha, ktorú som čítal, bola veľmi zaujímavá. Počet obyvateľov mesta sa za posledné \
roky zvýšil. Chcel by som kúpiť chlieb, maslo, jablká a čerstvé ryby. Život nie je ľahký, ale môžeme sa tešiť z každej chvíle. Predseda \
vlády oznámil, že nový zákon začne platiť budúci mesiac. Žiadne zmeny sa neuskutočnili. Kŕdeľ ďatľov učí koňa žrať kôru, päť mäkkých \
tŕňov, vĺčatá, stĺp, vŕba. Meno, priezvisko, číslo, dĺžka, výška, šírka, množstvo, október, nedeľa, štvrtok, piatok, ulica, Žilina, \
Košice, Prešov, Trenčín, Banská Štiavnica, Ľubomír, Štefan, Ružomberok, Poľsko, Maďarsko, Nemecko, dňa, byť, mať, ísť, vôľa, kôň, stôl, ó.",
    ),
    sample(
        "hu",
        "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Ma Budapesten meleg idő van, de holnap esni fog \
az eső és fúj a szél. Meg tudná mondani, hány óra van? A könyv, amelyet olvastam, nagyon érdekes volt. A város lakóinak száma az \
utóbbi években növekedett. Szeretnék kenyeret, vajat, almát és friss halat venni. Az élet nem könnyű, de örülhetünk minden percnek. \
A miniszterelnök bejelentette, hogy az új törvény jövő hónapban lép hatályba. Őszintén szólva én sem tudom, mit csinálhatnánk. Űrhajó, \
tűz, fű, nő, idő, erdő, kő, mérő, gyűjtő, szükséges, különböző, működés, népszerű, egyszerű, őrség, ötödik, négyszáz, száz, név, cím, \
összeg, mennyiség, hosszúság, magasság, szélesség, július, június, szombat, csütörtök, vasárnap, Győr, Pécs, Székesfehérvár, Debrecen, \
Kovács, Tóth, Szabó, Horváth, Németh, László, György, Ágnes, Éva, Ödön, Ürmös, Újpest, Ő, Ű, Í, magyarországi, külföldi, önkormányzat.",
    ),
    sample(
        "ro",
        "Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Astăzi la București este cald, dar mâine va \
ploua și va bate vântul. Îmi puteți spune cât este ceasul? Cartea pe care am citit-o a fost foarte interesantă. Numărul locuitorilor \
orașului a crescut în ultimii ani. Aș vrea să cumpăr pâine, unt, mere și pește proaspăt. Viața nu este ușoară, dar ne putem bucura de \
fiecare clipă. Președintele a anunțat că noua lege va intra în vigoare luna viitoare. Într-o țară atât de mică, fără îndoială că știrile \
ajung repede. Știință, Ștefan, Țara, Țepeș, Iași, Timișoara, Brașov, Constanța, Bistrița, Argeș, Mureș, Vâlcea, Dâmbovița, Înălțime, \
lungime, lățime, cantități, județ, sâmbătă, duminică, marți, joi, după, până, când, sunt, și, să, că, ați, fața, soț, preț, forță, Ămi, Ân.",
    ),
    // The letters that ISO-8859-2 and windows-1250 have for the Romanian ones: cedillas instead of commas.
    sample(
        "ro-cedilla",
        "Toate fiinţele umane se nasc libere şi egale în demnitate şi în drepturi. Astăzi la Bucureşti este cald, dar \
mâine va ploua şi va bate vântul. Îmi puteţi spune cât este ceasul? Cartea pe care am citit-o a fost foarte interesantă. Numărul \
locuitorilor oraşului a crescut în ultimii ani. Aş vrea să cumpăr pâine, unt, mere şi peşte proaspăt. Viaţa nu este uşoară, dar ne putem \
bucura de fiecare clipă. Preşedintele a anunţat că noua lege va intra în vigoare luna viitoare. Într-o ţară atât de mică, fără îndoială că \
ştirile ajung repede. Ştiinţă, Ştefan, Ţara, Ţepeş, Iaşi, Timişoara, Braşov, Constanţa, Bistriţa, Argeş, Mureş, Vâlcea, Dâmboviţa, \
Înălţime, lungime, lăţime, cantităţi, judeţ, sâmbătă, duminică, marţi, după, până, când, sunt, aţi, faţa, soţ, preţ, forţă, Ămi, Ân.",
    ),
    sample(
        "hr",
        "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima. Danas je u Zagrebu toplo, ali sutra će padati kiša \
i puhati vjetar. Možete li mi reći koliko je sati? Knjiga koju sam čitao bila je vrlo zanimljiva. Broj stanovnika grada povećao se \
posljednjih godina. Želio bih kupiti kruh, maslac, jabuke i svježu ribu. Život nije lak, ali možemo uživati u svakom trenutku. Predsjednik \
vlade objavio je da će novi zakon stupiti na snagu sljedeći mjesec. Šest žena čeka ispred kuće. Čovječe, što se događa? Đurđevac, Šibenik, \
Požega, Čakovec, Križevci, Županja, Đakovo, Ivanić, Petrović, Kovačević, Marić, Jurić, Babić, Novačić, Šimić, Đurić, ime, količina, \
dužina, težina, širina, mjesec, siječanj, veljača, ožujak, svibanj, lipanj, listopad, studeni, riječ, već, još, međutim, također, uređaj, noć.",
    ),
    sample(
        "sl",
        "Vsi ljudje se rodijo svobodni in imajo enako dostojanstvo in enake pravice. Danes je v Ljubljani toplo, jutri pa bo deževalo \
in pihal bo veter. Mi lahko poveste, koliko je ura? Knjiga, ki sem jo bral, je bila zelo zanimiva. Število prebivalcev mesta se je v zadnjih \
letih povečalo. Rad bi kupil kruh, maslo, jabolka in svežo ribo. Življenje ni lahko, vendar se lahko veselimo vsakega trenutka. Predsednik \
vlade je sporočil, da bo novi zakon začel veljati naslednji mesec. Če želite več, vprašajte učiteljico. Šola, Žalec, Črnomelj, Škofja Loka, \
Kočevje, Radovljica, Tržič, Križe, Šoštanj, Žužemberk, Janša, Kovačič, Žagar, Rožič, Čuk, ime, količina, dolžina, višina, širina, teža, \
mesec, marec, junij, ponedeljek, četrtek, že, še, bašč, morje, naš, vaš, noč, moč, pomoč, riž, nož, gaženje, čas, človek, dež, učenec, hiša.",
    ),
    sample(
        "sq",
        "Të gjithë njerëzit lindin të lirë dhe të barabartë në dinjitet dhe në të drejta. Sot në Tiranë është ngrohtë, por nesër do të \
bjerë shi. Çfarë po bën këtu? Një libër shumë i mirë për fëmijë, është çudi që çdo ditë çmimi rritet; Shqipëria, Durrës, Vlorë, Korçë, Gjirokastër.",
    ),
    sample(
        "tr",
        "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Bugün İstanbul'da hava sıcak, ama yarın yağmur yağacak ve \
rüzgâr esecek. Saatin kaç olduğunu söyleyebilir misiniz? Okuduğum kitap çok ilginçti. Şehrin nüfusu son yıllarda arttı. Ekmek, tereyağı, \
elma ve taze balık almak istiyorum. Hayat kolay değil, ama her anın tadını çıkarabiliriz. Başbakan, yeni yasanın gelecek ay yürürlüğe \
gireceğini açıkladı. Işık söndü, çocuklar ağladı, kız güldü. Öğrenciler İngilizce öğreniyor. Türkiye Büyük Millet Meclisi, Ankara, İzmir, \
Eskişehir, Muğla, Balıkesir, Çanakkale, Kırıkkale, Şanlıurfa, Iğdır, Diyarbakır, Gümüşhane, Ünye, Özgür, Çiğdem, Şükrü, Ayşe, Oğuz, Yılmaz, \
Öztürk, Doğan, Kılıç, Aydın, adı, soyadı, sayı, değer, uzunluk, yükseklik, ağırlık, yıl, gün, için, değil, olduğu, kadar, göre, ılık, şöyle, \
perşembe, çarşamba, salı, ağustos, eylül, ağaç, dağ, bağ, düğün, yiğit, iğne, eğitim, sağlık, güç, iş, üç, dört, altı, yetmiş, beşinci.",
    ),
    sample(
        "mt",
        "Il-bnedmin kollha jitwieldu ħielsa u ugwali fid-dinjità u d-drittijiet. Illum f'Malta hemm ħafna sħana, imma għada se tagħmel ix-xita. \
Tista' tgħidli x'ħin hu? Il-ktieb li qrajt kien interessanti ħafna. L-għadd ta' nies fil-belt żdied f'dawn l-aħħar snin. Nixtieq nixtri ħobż, \
butir, tuffieħ u ħut frisk. Il-ħajja mhix faċli, iżda nistgħu nieħdu gost b'kull waqt. Il-Gvern ħabbar li l-liġi l-ġdida se tidħol fis-seħħ \
ix-xahar id-dieħel. Għandu żewġ aħwa u oħt waħda. Ċensu, Ġorġ, Żebbuġ, Ħamrun, Birżebbuġa, Għawdex, Mġarr, Żejtun, Ħaż, Raħal, żgħir, ċar, ġurnata, \
ġimgħa, tmiem, ħmistax, għoxrin, żero, ċentru, ġenb, aħjar, anġlu, għaliex, bħala, wieħed, tnejn, tlieta, erbgħa, ħamsa, sitta, sebgħa, tmienja, disgħa, għaxra.",
    ),
    sample(
        "eo",
        "Ĉiuj homoj estas denaske liberaj kaj egalaj laŭ digno kaj rajtoj. Hodiaŭ estas varme, sed morgaŭ pluvos kaj blovos vento. Ĉu vi \
povas diri al mi, kioma horo estas? La libro, kiun mi ĵus legis, estis tre interesa. La nombro de loĝantoj de la urbo kreskis dum la lastaj \
jaroj. Mi ŝatus aĉeti panon, buteron, pomojn kaj freŝan fiŝon. La vivo ne estas facila, tamen ni povas ĝoji pri ĉiu momento. Ŝi naskiĝis en \
aŭgusto kaj nun studas en la universitato. Eĥoŝanĝo ĉiuĵaŭde. Antaŭ ol iri, bonvolu fermi la pordon. Ĝis revido! Eŭropo, Ĥinio, Ĵurnalo, \
aŭtoro, ankaŭ, baldaŭ, malgraŭ, naŭ, ĉefa, ĉar, ĉe, ĉi, ĝi, ĝenerala, ĝardeno, paĝo, longeco, alteco, larĝeco, ŝipo, ŝlosilo, ŝtato, ĵeti, maĉi.",
    ),
    sample(
        "vi",
        "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. Hôm nay ở Hà Nội trời nóng, nhưng ngày mai sẽ có mưa \
và gió lớn. Anh có thể cho tôi biết bây giờ là mấy giờ không? Quyển sách mà tôi đọc rất thú vị. Số dân của thành phố đã tăng lên trong những năm \
gần đây. Tôi muốn mua bánh mì, bơ, táo và cá tươi. Cuộc sống không dễ dàng, nhưng chúng ta có thể vui với từng giây phút. Thủ tướng tuyên bố \
rằng luật mới sẽ có hiệu lực vào tháng sau. Nguyễn Văn Đức, Trần Thị Hồng, Lê Quốc Việt, Phạm Ngọc Ánh, Huỳnh, Võ, Đặng, Bùi, Đỗ, Hồ, Ngô, Dương, \
Lý. Thành phố Hồ Chí Minh, Đà Nẵng, Hải Phòng, Cần Thơ, Huế, Nghệ An, Thanh Hóa, Quảng Ninh, Lâm Đồng, Bắc Giang. Tên, địa chỉ, số lượng, giá trị, \
chiều dài, ngày, tháng, năm, đường, phường, quận, huyện, tỉnh, xã, nước, học sinh, giáo viên, kinh tế, chính trị, văn hóa, lịch sử, đã, đang, cũng, \
những, một, hai, ba, bốn, sáu, bảy, tám, chín, mười, ý, ấy, nữa, lại, vẫn, hãy, ở, kỳ, mỹ, quý, thủy, ngủ, ngữ, nghĩa, ngẫu nhiên, chẵn, rẽ, vẽ.",
    ),
    sample(
        "ru",
        "Все люди рождаются свободными и равными в своём достоинстве и правах. Сегодня в Москве тепло, но завтра пойдёт дождь и подует \
ветер. Скажите, пожалуйста, который час? Книга, которую я читал, была очень интересной. Численность населения города за последние годы выросла. \
Я хотел бы купить хлеб, масло, яблоки и свежую рыбу. Жизнь нелегка, но можно радоваться каждому мгновению. Председатель правительства объявил, \
что новый закон вступит в силу в следующем месяце. Эта система позволяет быстро находить нужные сообщения. Объём, съезд, подъезд, чаща, щука, эхо, \
южный, яркий, цена, фамилия, имя, отчество, улица, количество, сумма, длина, высота, ширина, январь, февраль, июль, октябрь, понедельник, пятница, \
Санкт-Петербург, Нижний Новгород, Екатеринбург, Челябинск, Хабаровск, Щёлково, Элиста, Юрий, Яна, Жуков, Фёдоров, Цветаева, для, чтобы, если, только, \
также, уже, ещё, этого, который, можно, было, были, при, это, так, как, или, из-за, под, над, об, ответ, вопрос, работа, пользователь, сайт, форум.",
    ),
    sample(
        "uk",
        "Усі люди народжуються вільними і рівними у своїй гідності та правах. Сьогодні в Києві тепло, але завтра піде дощ і подме вітер. \
Скажіть, будь ласка, котра година? Книжка, яку я читав, була дуже цікавою. Чисельність населення міста за останні роки зросла. Я хотів би купити \
хліб, масло, яблука та свіжу рибу. Життя нелегке, але можна радіти кожній миті. Голова уряду оголосив, що новий закон набуде чинності наступного \
місяця. Її їжак їв їжу під'їзду; моєї, твоєї, Європа, Єва, Ївга, ґанок, ґудзик, щука, юнак, якість, ціна, прізвище, ім'я, вулиця, кількість, сума, \
довжина, висота, січень, лютий, березень, липень, жовтень, понеділок, п'ятниця, Львів, Харків, Дніпро, Запоріжжя, Чернівці, Хмельницький, або, також, вже, ще, це.",
    ),
    sample(
        "be",
        "Усе людзі нараджаюцца свабоднымі і роўнымі ў сваёй годнасці і правах. Сёння ў Мінску цёпла, але заўтра пойдзе дождж і падзьме \
вецер. Скажыце, калі ласка, каторая гадзіна? Кніга, якую я чытаў, была вельмі цікавая. Колькасць насельніцтва горада за апошнія гады вырасла. Я \
хацеў бы купіць хлеб, масла, яблыкі і свежую рыбу. Жыццё нялёгкае, але можна радавацца кожнаму імгненню. Старшыня ўрада абвясціў, што новы закон \
набудзе моц у наступным месяцы. Беларусь, Гомель, Віцебск, Магілёў, Гродна, Брэст, імя, прозвішча, вуліца, кошт, даўжыня, студзень, люты, сакавік, ёсць, гэта, з'езд.",
    ),
    sample(
        "bg",
        "Всички хора се раждат свободни и равни по достойнство и права. Днес в София е топло, но утре ще вали дъжд и ще духа вятър. Бихте ли ми \
казали колко е часът? Книгата, която четох, беше много интересна. Броят на жителите на града нарасна през последните години. Искам да купя хляб, \
масло, ябълки и прясна риба. Животът не е лесен, но можем да се радваме на всеки миг. Министър-председателят обяви, че новият закон ще влезе в сила \
през следващия месец. Първо трябва да се каже, че това не е същото. България, Пловдив, Варна, Бургас, Русе, Стара Загора, Плевен, Търговище, \
Кърджали, Ямбол, Петър, Георги, Цветан, Юлия, Явор, Щерю, име, фамилия, улица, количество, сума, дължина, височина, януари, юли, октомври, понеделник, \
петък, или, както, също, още, вече, където, когато, съм, сме, бъде, няма, може, към, във, със, между, чрез, българия, търся, ъгъл, път, пъти, ще, което.",
    ),
    sample(
        "sr",
        "Сва људска бића рађају се слободна и једнака у достојанству и правима. Данас је у Београду топло, али сутра ће падати киша и дуваће ветар. \
Можете ли ми рећи колико је сати? Књига коју сам читао била је врло занимљива. Број становника града повећао се последњих година. Желео бих да купим \
хлеб, јабуке и свежу рибу. Живот није лак, али можемо уживати у сваком тренутку. Председник владе објавио је да ће нови закон ступити на снагу следећег \
месеца. Џеп, џак, Ђорђе, Љубица, Његош, Ћуприја, Нови Сад, Ниш, Крагујевац, Чачак, Шабац, Ужице, Петровић, Јовановић, Николић, име, улица, количина, дужина, јул.",
    ),
    sample(
        "mk",
        "Сите човечки суштества се раѓаат слободни и еднакви по достоинство и права. Денес во Скопје е топло, но утре ќе врне дожд и ќе дува ветер. Можете \
ли да ми кажете колку е часот? Книгата што ја читав беше многу интересна. Бројот на жителите на градот порасна во последните години. Сакам да купам леб, \
јаболка и свежа риба. Животот не е лесен, но можеме да се радуваме на секој миг. Претседателот на владата објави дека новиот закон ќе стапи на сила \
следниот месец. Ѓорѓи, Ќемал, Ѕвезда, ѕид, џеб, љубов, Његош, Битола, Охрид, Куманово, Тетово, Штип, Прилеп, име, презиме, улица, количина, должина, јули, сѐ.",
    ),
    sample(
        "el",
        "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Σήμερα στην Αθήνα κάνει ζέστη, αλλά αύριο θα βρέξει και \
θα φυσήξει. Μπορείτε να μου πείτε τι ώρα είναι; Το βιβλίο που διάβασα ήταν πολύ ενδιαφέρον. Ο αριθμός των κατοίκων της πόλης αυξήθηκε τα τελευταία \
χρόνια. Θα ήθελα να αγοράσω ψωμί, βούτυρο, μήλα και φρέσκο ψάρι. Η ζωή δεν είναι εύκολη, μπορούμε όμως να χαιρόμαστε κάθε στιγμή. Ο πρωθυπουργός \
ανακοίνωσε ότι ο νέος νόμος θα ισχύσει τον επόμενο μήνα. Ελλάδα, Θεσσαλονίκη, Πάτρα, Ηράκλειο, Λάρισα, Βόλος, Ιωάννινα, Χανιά, Ρόδος, Ξάνθη, Ύδρα, \
Έβρος, Άρτα, Όλυμπος, Ήπειρος, Ώρα, Ίμια, όνομα, επώνυμο, οδός, ποσότητα, αξία, μήκος, ύψος, πλάτος, Ιανουάριος, Δευτέρα, προϊόν, Εϋ, μαΐου, για, από, \
με, σε, που, αυτό, αυτή, έχει, ήταν, είχε, μας, σας, τους, στο, στη, στον, δύο, τρία, πέντε, έξι, εφτά, οχτώ, εννιά, δέκα, εκατό, τιμή, πώς, πού, ψύχρα, ζωή.",
    ),
    sample(
        "he",
        "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. היום בירושלים חם, אבל מחר ירד גשם ותהיה רוח חזקה. האם תוכל לומר לי מה השעה? הספר שקראתי \
היה מעניין מאוד. מספר התושבים בעיר גדל בשנים האחרונות. אני רוצה לקנות לחם, חמאה, תפוחים ודג טרי. החיים אינם קלים, אך אפשר ליהנות מכל רגע. ראש הממשלה הודיע \
כי החוק החדש ייכנס לתוקף בחודש הבא. תל אביב, חיפה, באר שבע, נתניה, אשדוד, פתח תקווה, ראשון לציון, צפת, עכו, טבריה, שם פרטי, שם משפחה, רחוב, כמות, ערך, אורך, \
גובה, ינואר, יולי, יום ראשון, שלישי, שבת, של, את, על, עם, אם, לא, כן, גם, זה, זאת, הוא, היא, הם, אנחנו, אתם, או, כי, אשר, בין, לפני, אחרי, טוב, גדול, קטן, ספרים, ארץ, סוף, דרך, מלך.",
    ),
    sample(
        "ar",
        "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. اليوم الجو حار في القاهرة، ولكن غدا سوف ينزل المطر وتهب الرياح. هل يمكنك أن تقول لي كم الساعة؟ الكتاب \
الذي قرأته كان مفيدا جدا. ازداد عدد سكان المدينة في السنوات الأخيرة. أريد أن أشتري الخبز والزبدة والتفاح والسمك الطازج. الحياة ليست سهلة، لكننا نستطيع أن نفرح بكل لحظة. \
أعلن رئيس الوزراء أن القانون الجديد سيبدأ العمل به في الشهر القادم. إن هذا الأمر لا يعني شيئا آخر، بل إنه ضروري إلى حد كبير. بغداد، دمشق، الرياض، بيروت، عمان، تونس، الجزائر، \
الاسم، العنوان، الكمية، القيمة، الطول، العرض، يناير، يوليو، الأحد، الثلاثاء، محمد، أحمد، علي، حسن، فاطمة، عائشة، من، في، على، إلى، عن، مع، هذا، هذه، ذلك، التي، الذي، كان، كانت، \
قد، لم، لن، ثم، أو، بعد، قبل، بين، كل، غير، حيث، عند، ضد، ظل، خلال، صغير، شؤون، مسؤول، هيئة، رئيس، مئة، ماء، سماء، قضاء، ثلاثة، تضطر، منظمة، نظام، غاز، ذهب، شركة، جديدة.",
    ),
    sample(
        "fa",
        "تمام افراد بشر آزاد به دنیا می آیند و از لحاظ حیثیت و حقوق با هم برابرند. امروز هوای تهران گرم است، ولی فردا باران خواهد بارید. ساعت چند است؟ کتابی که خواندم \
بسیار جالب بود. پنج گل و چهار ژاکت خریدم؛ گفتگو، پدر، چرا، گرگ، پرچم، ژاله، کشور، یک، می کند، نمی شود، برای، این، آن، است، که، را، های.",
    ),
    sample(
        "th",
        "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ วันนี้ที่กรุงเทพฯ อากาศร้อน แต่พรุ่งนี้ฝนจะตกและมีลมแรง คุณช่วยบอกฉันได้ไหมว่ากี่โมงแล้ว \
หนังสือที่ฉันอ่านน่าสนใจมาก จำนวนประชากรของเมืองเพิ่มขึ้นในช่วงไม่กี่ปีที่ผ่านมา ผมอยากซื้อขนมปัง เนย แอปเปิ้ล และปลาสด ชีวิตไม่ง่าย แต่เราก็มีความสุขได้ทุกขณะ \
นายกรัฐมนตรีประกาศว่ากฎหมายใหม่จะมีผลบังคับใช้ในเดือนหน้า ชื่อ นามสกุล ที่อยู่ ถนน ตำบล อำเภอ จังหวัด ปริมาณ มูลค่า ความยาว ความสูง มกราคม กรกฎาคม วันจันทร์ วันศุกร์ \
เชียงใหม่ ภูเก็ต ขอนแก่น นครราชสีมา อยุธยา สงขลา และ ของ ใน ที่ เป็น มี ได้ ไม่ ให้ จะ กับ หรือ แต่ ถ้า เพราะ แล้ว อยู่ ไป มา คน นี้ นั้น ด้วย ต้อง การ ความ ผู้ ตัวอย่าง โรงเรียน นักเรียน ครู ข้อมูล ระบบ ภาษาไทย",
    ),
    sample(
        "ka",
        "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით. დღეს თბილისში თბილა, მაგრამ ხვალ წვიმა წამოვა და ქარი დაუბერავს. შეგიძლიათ \
მითხრათ, რომელი საათია? წიგნი, რომელიც წავიკითხე, ძალიან საინტერესო იყო. ქალაქის მოსახლეობა ბოლო წლებში გაიზარდა. მინდა ვიყიდო პური, კარაქი, ვაშლი და ახალი თევზი. ცხოვრება \
ადვილი არ არის, მაგრამ შეგვიძლია ყოველი წუთით დავტკბეთ. მთავრობის თავმჯდომარემ განაცხადა, რომ ახალი კანონი მომავალ თვეს ამოქმედდება. ჟურნალი, ჭიქა, ჯარი, ჰაერი, ძაღლი, ფული, ყინული.",
    ),
];
