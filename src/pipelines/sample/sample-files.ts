import { createRandom, type Random } from './random.ts';

export interface SampleFile {
  /** What the source is called. */
  readonly name: string;
  readonly filename: string;
  readonly csv: string;
}

type Cell = string | number;
/** Code, name, sector, start, yearly budget in rupees. */
type ProgrammeRow = readonly [string, string, string, string, number];

function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => {
    const text = String(cell);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `${[header, ...rows].map((row) => row.map(field).join(',')).join('\n')}\n`;
}

const districts = [
  'Pune',
  'Nashik',
  'Nagpur',
  'Solapur',
  'Satara',
  'Latur',
  'Beed',
  'Nanded',
  'Dhule',
  'Akola',
] as const;
const villages = [
  'Kendur',
  'Wadgaon',
  'Shirur',
  'Pimpri',
  'Saswad',
  'Narayangaon',
  'Chakan',
  'Manchar',
  'Otur',
  'Alephata',
] as const;
const firstNames = [
  'Asha',
  'Sunita',
  'Kavita',
  'Meena',
  'Rekha',
  'Lata',
  'Ravi',
  'Sanjay',
  'Prakash',
  'Anil',
  'Imran',
  'Fatima',
  'Deepak',
  'Pooja',
  'Ganesh',
] as const;
const lastNames = [
  'Patil',
  'Jadhav',
  'Shinde',
  'Pawar',
  'Kale',
  'Gaikwad',
  'More',
  'Shaikh',
  'Kulkarni',
  'Chavan',
  'Deshmukh',
  'Kamble',
] as const;
const devanagariNames = [
  'सुनीता पाटील',
  'रमेश जाधव',
  'अनिता शिंदे',
  'संजय पवार',
  'कविता गायकवाड',
  'गणेश मोरे',
  'मीना कांबळे',
  'प्रकाश देशमुख',
] as const;
const programmes: readonly [ProgrammeRow, ...ProgrammeRow[]] = [
  ['P01', 'Girls Back to School', 'Education', '2022-06-15', 4_850_000],
  ['P02', 'Evening Learning Centres', 'Education', '2021-04-01', 3_200_000],
  ['P03', 'Safe Motherhood', 'Health', '2020-01-10', 5_600_000],
  ['P04', 'Anaemia Free Villages', 'Health', '2023-04-01', 2_750_000],
  ['P05', 'Kitchen Gardens', 'Nutrition', '2022-11-01', 1_150_000],
  ['P06', 'Women’s Savings Groups', 'Livelihoods', '2019-07-01', 3_900_000],
  ['P07', 'Farm Ponds', 'Livelihoods', '2023-01-15', 6_400_000],
  ['P08', 'Clean Water at School', 'Water', '2024-04-01', 2_100_000],
];

const staff = ['Anjali M.', 'Rahul D.', 'Shabana K.', 'Vishal P.', 'Nikita S.', 'Amol B.'] as const;
const notes = [
  'Follow up next month',
  'Came with her mother, very motivated',
  'House locked; neighbour says "moved to Pune"',
  'नियमित भेट, प्रगती चांगली',
  'Referred to PHC,\nreport awaited',
] as const;
const donors = [
  'Meera Foundation',
  'Anonymous',
  'S. Rao',
  'Rotary Club Pune',
  'Gupta & Sons',
  'A. D’Souza',
  'कमल ट्रस्ट',
] as const;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** The way one name is written by people who type it hundreds of times. */
function asTyped(random: Random, text: string): string {
  const kind = random.next();
  if (kind < 0.7) return text;
  if (kind < 0.8) return text.toUpperCase();
  if (kind < 0.9) return text.toLowerCase();
  return kind < 0.97 ? `${text} ` : ` ${text}`;
}

function date(
  random: Random,
  fromYear: number,
  toYear: number,
): { year: number; month: number; day: number } {
  return { year: random.integer(fromYear, toYear), month: random.integer(1, 12), day: random.integer(1, 28) };
}
const iso = (day: { year: number; month: number; day: number }) =>
  `${day.year}-${pad(day.month, 2)}-${pad(day.day, 2)}`;
const indian = (day: { year: number; month: number; day: number }) =>
  `${pad(day.day, 2)}/${pad(day.month, 2)}/${day.year}`;
const beneficiaryId = (number: number) => `BEN-${pad(number, 5)}`;
const programmeCode = (random: Random) => random.pick(programmes, 1.6)[0];

const BENEFICIARIES = 1960;

function beneficiaries(random: Random): SampleFile {
  const rows: Cell[][] = [];
  for (let number = 1; number <= BENEFICIARIES; number += 1) {
    rows.push([
      beneficiaryId(number),
      random.chance(0.12)
        ? random.pick(devanagariNames)
        : asTyped(random, `${random.pick(firstNames)} ${random.pick(lastNames)}`),
      random.pick(['Female', 'Female', 'F', 'Male', 'M', 'female', '']),
      iso(date(random, 1958, 2016)),
      random.chance(0.025) ? '' : asTyped(random, random.pick(districts, 1.5)),
      random.pick(villages),
      `9${pad(random.integer(0, 999_999_999), 9)}`,
      random.chance(0.06) ? '' : random.integer(1, 11),
      asTyped(random, random.pick(['Active', 'Active', 'Active', 'Inactive', 'Graduated'])),
      programmeCode(random),
      indian(date(random, 2021, 2025)),
    ]);
  }
  // Registered twice: the same line again, further down.
  for (let copies = 0; copies < 40; copies += 1) {
    const twin = rows[random.integer(0, BENEFICIARIES - 1)];
    if (twin !== undefined) rows.splice(random.integer(0, rows.length), 0, [...twin]);
  }
  return {
    name: 'Beneficiaries',
    filename: 'beneficiaries.csv',
    csv: toCsv(
      [
        'beneficiary_id',
        'full_name',
        'gender',
        'date_of_birth',
        'district',
        'village',
        'phone',
        'household_size',
        'status',
        'programme_code',
        'registered_on',
      ],
      rows,
    ),
  };
}

function visits(random: Random): SampleFile {
  const rows = Array.from({ length: 6000 }, (_, index): Cell[] => [
    `V${pad(index + 1, 6)}`,
    // A few of people whom nobody registered.
    beneficiaryId(random.chance(0.01) ? random.integer(9000, 9100) : random.integer(1, BENEFICIARIES)),
    random.chance(0.03) ? '' : asTyped(random, programmeCode(random)),
    random.chance(0.015) ? '' : iso(date(random, 2024, 2025)),
    random.pick(staff),
    asTyped(random, random.pick(['Present', 'Present', 'Present', 'Absent'])),
    random.chance(0.08) ? '' : random.integer(10, 120),
    random.chance(0.3) ? random.pick(notes) : '',
  ]);
  return {
    name: 'Visits',
    filename: 'visits.csv',
    csv: toCsv(
      [
        'visit_id',
        'beneficiary_id',
        'programme_code',
        'visit_date',
        'staff_name',
        'attendance',
        'minutes',
        'notes',
      ],
      rows,
    ),
  };
}

function donations(random: Random): SampleFile {
  const rows = Array.from({ length: 800 }, (_, index): Cell[] => [
    // Leading zeros are part of a receipt's number.
    pad(index + 1, 6),
    asTyped(random, random.pick(donors)),
    (random.integer(50, 50_000) + random.pick([0, 0, 0.5, 0.25])).toFixed(2),
    indian(date(random, 2023, 2025)),
    random.pick(['UPI', 'UPI', 'Cheque', 'Bank transfer', 'cash', 'upi ']),
    random.chance(0.2) ? '' : programmeCode(random),
  ]);
  return {
    name: 'Donations',
    filename: 'donations.csv',
    csv: toCsv(['receipt_no', 'donor_name', 'amount', 'donated_on', 'mode', 'programme_code'], rows),
  };
}

/**
 * The files of a small NGO in Maharashtra, the same every time, with what such files have: names typed in every way,
 * spaces at the ends, blanks, people registered twice, dates as 31/12/2025, names in Devanagari, receipts with leading
 * zeros, notes with commas, quotes and line breaks.
 */
export function sampleFiles(): readonly SampleFile[] {
  const random = createRandom(20_260_401);
  return [
    beneficiaries(random),
    {
      name: 'Programmes',
      filename: 'programmes.csv',
      csv: toCsv(['programme_code', 'programme_name', 'sector', 'start_date', 'annual_budget'], programmes),
    },
    visits(random),
    donations(random),
  ];
}
