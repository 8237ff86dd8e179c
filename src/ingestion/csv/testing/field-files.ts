import type { CsvOptions } from '#contracts/sources';
import { makeZip, workbookFiles } from '#testing/zip-file';

/** A file as people of the field hand it on, and the table that a careful reader sees in it. */
export interface FieldFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly options?: CsvOptions;
  /** `Header:type`, in order. */
  readonly columns: readonly string[];
  /** Values as PostgreSQL writes them; numbers compare as numbers. `null` is an empty cell. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

const utf8 = (text: string) => Buffer.from(text);
const withMark = (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]);
const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const latin = (text: string) => Buffer.from(text, 'latin1');
const lines = (...rows: readonly string[]) => `${rows.join('\n')}\n`;
const windowsLines = (...rows: readonly string[]) => `${rows.join('\r\n')}\r\n`;

/** Cells of one row of a sheet: numbers as they are, texts inline, `[value, style]` with a format. */
function sheetRow(
  row: number,
  cells: readonly (string | number | null | readonly [number, number])[],
): string {
  const xml = cells.map((cell, index) => {
    const place = `${String.fromCharCode(65 + index)}${row}`;
    if (cell === null) return '';
    if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
    if (typeof cell === 'string')
      return `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${cell}</t></is></c>`;
    return `<c r="${place}" s="${cell[1]}"><v>${cell[0]}</v></c>`;
  });
  return `<row r="${row}">${xml.join('')}</row>`;
}

export const fieldFiles: readonly FieldFile[] = [
  {
    name: 'a report with the name of the organization above and a total below',
    bytes: utf8(
      windowsLines(
        'Seva Gramin Vikas Sanstha,,,,',
        'Monthly report of centres - April 2025,,,,',
        ',,,,',
        'S.No,Centre,Children,Meals served,Cost',
        '1,Rampur,25,500,12500.50',
        '2,Sitapur,31,620,15400.00',
        '3,Lakhanpur,18,360,9000.25',
        ',Total,74,1480,36900.75',
      ),
    ),
    columns: ['S.No:integer', 'Centre:text', 'Children:integer', 'Meals served:integer', 'Cost:decimal'],
    rows: [
      [1, 'Rampur', 25, 500, 12500.5],
      [2, 'Sitapur', 31, 620, 15400],
      [3, 'Lakhanpur', 18, 360, 9000.25],
    ],
  },
  {
    name: 'semicolons, decimal commas and accents of Windows',
    bytes: latin(
      windowsLines(
        'Département;Bénéficiaires;Taux;Montant',
        'Ségou;120;0,75;12500,50',
        'Kayes;85;0,50;8000,00',
        'Gao;42;1,25;3999,99',
      ),
    ),
    columns: ['Département:text', 'Bénéficiaires:integer', 'Taux:decimal', 'Montant:decimal'],
    rows: [
      ['Ségou', 120, 0.75, 12500.5],
      ['Kayes', 85, 0.5, 8000],
      ['Gao', 42, 1.25, 3999.99],
    ],
  },
  {
    name: 'Unicode text of Excel: UTF-16 with tabs',
    bytes: utf16(windowsLines('नाम\tगाँव\tउम्र', 'सीता देवी\tरामपुर\t34', 'मोहन लाल\t"सीतापुर, उत्तर"\t41')),
    columns: ['नाम:text', 'गाँव:text', 'उम्र:integer'],
    rows: [
      ['सीता देवी', 'रामपुर', 34],
      ['मोहन लाल', 'सीतापुर, उत्तर', 41],
    ],
  },
  {
    name: 'Indian digit grouping',
    bytes: utf8(
      lines(
        'Scheme,Sanctioned,Released',
        'Housing,"12,34,567.89","10,00,000.00"',
        'Water,"3,45,000.00","1,20,500.50"',
        'Roads,"1,05,67,890.00","95,00,000.00"',
      ),
    ),
    columns: ['Scheme:text', 'Sanctioned:decimal', 'Released:decimal'],
    rows: [
      ['Housing', 1234567.89, 1000000],
      ['Water', 345000, 120500.5],
      ['Roads', 10567890, 9500000],
    ],
  },
  {
    name: 'two header rows, the upper one merged',
    bytes: utf8(
      lines(
        'District,Block,Boys,,Girls,',
        ',,Enrolled,Dropped out,Enrolled,Dropped out',
        'Gaya,Bodh Gaya,120,4,131,7',
        'Gaya,Tekari,98,2,87,3',
        'Nawada,Hisua,76,5,81,1',
      ),
    ),
    columns: [
      'District:text',
      'Block:text',
      'Boys Enrolled:integer',
      'Boys Dropped out:integer',
      'Girls Enrolled:integer',
      'Girls Dropped out:integer',
    ],
    rows: [
      ['Gaya', 'Bodh Gaya', 120, 4, 131, 7],
      ['Gaya', 'Tekari', 98, 2, 87, 3],
      ['Nawada', 'Hisua', 76, 5, 81, 1],
    ],
  },
  {
    name: 'percentages',
    bytes: utf8(
      lines('School,Attendance,Pass rate', 'GPS 1,85%,72.5%', 'GPS 2,91%,80%', 'GPS 3,100%,64.25%'),
    ),
    columns: ['School:text', 'Attendance:decimal', 'Pass rate:decimal'],
    rows: [
      ['GPS 1', 0.85, 0.725],
      ['GPS 2', 0.91, 0.8],
      ['GPS 3', 1, 0.6425],
    ],
  },
  {
    name: 'amounts with the sign of a currency',
    bytes: utf8(
      lines(
        'Donor,Pledged,Received',
        'A. Rao,"₹ 1,25,000.00",Rs. 50000',
        'B. Shah,"₹ 75,000.50",Rs. 75000',
        'C. Iyer,"₹ 2,500.00",Rs. 2500',
      ),
    ),
    columns: ['Donor:text', 'Pledged:decimal', 'Received:integer'],
    rows: [
      ['A. Rao', 125000, 50000],
      ['B. Shah', 75000.5, 75000],
      ['C. Iyer', 2500, 2500],
    ],
  },
  {
    name: 'days first, told only by a late row',
    bytes: utf8(
      lines(
        'Visit date,Visitor',
        '03/04/2025,Anita',
        '07/05/2025,Ravi',
        '11/06/2025,Anita',
        '25/06/2025,Ravi',
      ),
    ),
    columns: ['Visit date:date', 'Visitor:text'],
    rows: [
      ['2025-04-03', 'Anita'],
      ['2025-05-07', 'Ravi'],
      ['2025-06-11', 'Anita'],
      ['2025-06-25', 'Ravi'],
    ],
  },
  {
    name: 'groups with subtotals and a grand total',
    bytes: utf8(
      lines(
        'Block,Village,Households,Toilets built',
        'Tekari,Panchanpur,210,180',
        'Tekari,Mau,95,60',
        'Sub Total,,305,240',
        'Hisua,Pachara,120,100',
        'Hisua,Dona,80,75',
        'Sub Total,,200,175',
        'Grand Total,,505,415',
      ),
    ),
    columns: ['Block:text', 'Village:text', 'Households:integer', 'Toilets built:integer'],
    rows: [
      ['Tekari', 'Panchanpur', 210, 180],
      ['Tekari', 'Mau', 95, 60],
      ['Hisua', 'Pachara', 120, 100],
      ['Hisua', 'Dona', 80, 75],
    ],
  },
  {
    name: 'notes below the table',
    bytes: utf8(
      lines(
        'Village,Population,Literate',
        'Amla,1203,800',
        'Betul,5402,4100',
        'Chicholi,980,455',
        '',
        'Note: figures of Chicholi are provisional,,',
        'Source: block office MIS,,',
        '* as of 31 March 2025',
      ),
    ),
    columns: ['Village:text', 'Population:integer', 'Literate:integer'],
    rows: [
      ['Amla', 1203, 800],
      ['Betul', 5402, 4100],
      ['Chicholi', 980, 455],
    ],
  },
  {
    name: 'inches and nicknames: quotes inside of cells',
    bytes: utf8(
      lines(
        'Item,Size,Remark',
        'Pipe,12" PVC,ok',
        'Pump,3" brass,Ramesh "Babu" Singh brought it',
        'Tank,500 l,"roof, north side"',
      ),
    ),
    columns: ['Item:text', 'Size:text', 'Remark:text'],
    rows: [
      ['Pipe', '12" PVC', 'ok'],
      ['Pump', '3" brass', 'Ramesh "Babu" Singh brought it'],
      ['Tank', '500 l', 'roof, north side'],
    ],
  },
  {
    name: 'numbers of the columns below their names, as forms of offices have them',
    bytes: utf8(
      lines(
        'Sl. No.,Name of GP,Target,Achievement',
        '(1),(2),(3),(4)',
        '1,Barhara,100,82',
        '2,Koilwar,150,149',
        '3,Shahpur,90,12',
      ),
    ),
    columns: ['Sl. No.:integer', 'Name of GP:text', 'Target:integer', 'Achievement:integer'],
    rows: [
      [1, 'Barhara', 100, 82],
      [2, 'Koilwar', 150, 149],
      [3, 'Shahpur', 90, 12],
    ],
  },
  {
    name: 'units below the names',
    bytes: utf8(
      lines('Child,Weight,Height', ',(kg),(cm)', 'Asha,12.4,88', 'Bina,10.9,81.5', 'Chetan,13.2,90'),
    ),
    columns: ['Child:text', 'Weight (kg):decimal', 'Height (cm):decimal'],
    rows: [
      ['Asha', 12.4, 88],
      ['Bina', 10.9, 81.5],
      ['Chetan', 13.2, 90],
    ],
  },
  {
    name: 'words and dashes for nothing',
    bytes: utf8(
      lines('Centre,Adults,Children,Rate', 'A,12,NA,1.5', 'B,-,4,nil', 'C,9,N/A,2.25', 'D,11,--,NIL'),
    ),
    columns: ['Centre:text', 'Adults:integer', 'Children:integer', 'Rate:decimal'],
    rows: [
      ['A', 12, null, 1.5],
      ['B', null, 4, null],
      ['C', 9, null, 2.25],
      ['D', 11, null, null],
    ],
  },
  {
    name: 'codes that look like numbers',
    bytes: utf8(
      lines(
        'Phone,Pin,Aadhaar,Code',
        '09876543210,080001,1234 5678 9012,007',
        '09812345678,080002,2345 6789 0123,012',
        '09123456780,080020,3456 7890 1234,113',
      ),
    ),
    columns: ['Phone:text', 'Pin:text', 'Aadhaar:text', 'Code:text'],
    rows: [
      ['09876543210', '080001', '1234 5678 9012', '007'],
      ['09812345678', '080002', '2345 6789 0123', '012'],
      ['09123456780', '080020', '3456 7890 1234', '113'],
    ],
  },
  {
    name: 'the line sep= that Excel writes and hides',
    bytes: utf8(windowsLines('sep=;', 'Name;Age;City', 'Asha;12;Pune', 'Ravi;14;Nagpur')),
    columns: ['Name:text', 'Age:integer', 'City:text'],
    rows: [
      ['Asha', 12, 'Pune'],
      ['Ravi', 14, 'Nagpur'],
    ],
  },
  {
    name: 'line ends of an old Mac',
    bytes: utf8('Name,Age\rAsha,12\rRavi,14\rMeena,9\r'),
    columns: ['Name:text', 'Age:integer'],
    rows: [
      ['Asha', 12],
      ['Ravi', 14],
      ['Meena', 9],
    ],
  },
  {
    name: 'an account book: parentheses for minus, thousands with commas',
    bytes: utf8(
      lines(
        'Head,Budget,Spent,Balance',
        'Salaries,"1,200,000","1,150,000","50,000"',
        'Travel,"80,000","92,500","(12,500)"',
        'Rent,"240,000","240,000",0',
      ),
    ),
    columns: ['Head:text', 'Budget:integer', 'Spent:integer', 'Balance:integer'],
    rows: [
      ['Salaries', 1200000, 1150000, 50000],
      ['Travel', 80000, 92500, -12500],
      ['Rent', 240000, 240000, 0],
    ],
  },
  {
    name: 'dates as Excel shows them: 5-Apr-24',
    bytes: utf8(lines('Joined,Name', '5-Apr-24,Asha', '17-Dec-23,Ravi', '01-Jan-25,Meena')),
    columns: ['Joined:date', 'Name:text'],
    rows: [
      ['2024-04-05', 'Asha'],
      ['2023-12-17', 'Ravi'],
      ['2025-01-01', 'Meena'],
    ],
  },
  {
    name: 'years of two digits',
    bytes: utf8(lines('Date,Amount', '05-04-24,100', '17-12-23,250', '31-01-25,75')),
    columns: ['Date:date', 'Amount:integer'],
    rows: [
      ['2024-04-05', 100],
      ['2023-12-17', 250],
      ['2025-01-31', 75],
    ],
  },
  {
    name: 'empty columns behind and empty rows below',
    bytes: utf8(lines('Name,Age,,,', 'Asha,12,,,', 'Ravi,14,,,', ',,,,', ',,,,')),
    columns: ['Name:text', 'Age:integer'],
    rows: [
      ['Asha', 12],
      ['Ravi', 14],
    ],
  },
  {
    name: 'names of groups only in their first row',
    bytes: utf8(
      lines('District,Block,Schools', 'Gaya,Tekari,12', ',Mohanpur,9', 'Nawada,Hisua,7', ',Rajauli,11'),
    ),
    columns: ['District:text', 'Block:text', 'Schools:integer'],
    rows: [
      ['Gaya', 'Tekari', 12],
      [null, 'Mohanpur', 9],
      ['Nawada', 'Hisua', 7],
      [null, 'Rajauli', 11],
    ],
  },
  {
    name: 'line breaks inside of headers',
    bytes: utf8(
      windowsLines(
        '"Name of\nBeneficiary","No. of\nmembers",Village',
        'Asha,4,Rampur',
        'Ravi,6,"Sitapur\nTola"',
      ),
    ),
    columns: ['Name of Beneficiary:text', 'No. of members:integer', 'Village:text'],
    rows: [
      ['Asha', 4, 'Rampur'],
      ['Ravi', 6, 'Sitapur\nTola'],
    ],
  },
  {
    name: 'an export of a form: everything in quotes, semicolons, paths for names',
    bytes: withMark(
      windowsLines(
        '"start";"group_hh/name";"group_hh/members";"_id";"_submission_time"',
        '"2025-04-01T10:15:00.000+05:30";"Asha; Rampur";"4";"101";"2025-04-01T04:46:10"',
        '"2025-04-02T11:20:30.000+05:30";"Ravi";"6";"102";"2025-04-02T05:52:00"',
      ),
    ),
    columns: [
      'start:timestamptz',
      'group_hh/name:text',
      'group_hh/members:integer',
      '_id:integer',
      '_submission_time:timestamp',
    ],
    rows: [
      ['2025-04-01 04:45:00+00', 'Asha; Rampur', 4, 101, '2025-04-01 04:46:10'],
      ['2025-04-02 05:50:30+00', 'Ravi', 6, 102, '2025-04-02 05:52:00'],
    ],
  },
  {
    name: 'thousands with blanks that do not break',
    bytes: utf8(
      lines(
        'Projet;Montant (FCFA);Reste',
        'Puits;1\u00a0250\u00a0000;250\u00a0000,50',
        'École;12\u00a0400\u00a0000;1\u00a0000,00',
        'Santé;980\u00a0000;75\u00a0500,25',
      ),
    ),
    columns: ['Projet:text', 'Montant (FCFA):integer', 'Reste:decimal'],
    rows: [
      ['Puits', 1250000, 250000.5],
      ['École', 12400000, 1000],
      ['Santé', 980000, 75500.25],
    ],
  },
  {
    name: 'numbers in Devanagari',
    bytes: utf8(lines('गाँव,जनसंख्या,क्षेत्र', 'रामपुर,१२३४,१२.५', 'सीतापुर,९८७,८.२५')),
    columns: ['गाँव:text', 'जनसंख्या:integer', 'क्षेत्र:decimal'],
    rows: [
      ['रामपुर', 1234, 12.5],
      ['सीतापुर', 987, 8.25],
    ],
  },
  {
    name: 'pages with their header and number',
    bytes: utf8(
      lines(
        'Name,Village,Amount',
        'Asha,Rampur,120',
        'Ravi,Sitapur,90',
        'Page 1 of 2,,',
        'Name,Village,Amount',
        'Meena,Rampur,75',
        'Gopal,Mau,60',
        'Page 2 of 2,,',
      ),
    ),
    columns: ['Name:text', 'Village:text', 'Amount:integer'],
    rows: [
      ['Asha', 'Rampur', 120],
      ['Ravi', 'Sitapur', 90],
      ['Meena', 'Rampur', 75],
      ['Gopal', 'Mau', 60],
    ],
  },
  {
    name: 'a total in Hindi',
    bytes: withMark(lines('गाँव,परिवार,राशि', 'रामपुर,12,"1,200"', 'सीतापुर,20,"2,450"', 'कुल,32,"3,650"')),
    columns: ['गाँव:text', 'परिवार:integer', 'राशि:integer'],
    rows: [
      ['रामपुर', 12, 1200],
      ['सीतापुर', 20, 2450],
    ],
  },
  {
    name: 'a person named Total is no total',
    bytes: utf8(
      lines('Brand,Litres,Price', 'Total,12,95.5', 'Shell,20,96.1', 'Total,8,95.5', 'Indian Oil,31,94.9'),
    ),
    columns: ['Brand:text', 'Litres:integer', 'Price:decimal'],
    rows: [
      ['Total', 12, 95.5],
      ['Shell', 20, 96.1],
      ['Total', 8, 95.5],
      ['Indian Oil', 31, 94.9],
    ],
  },
  {
    name: 'names twice and a column without one',
    bytes: utf8(lines('Name,Date,,Date', 'Asha,2025-01-03,x,2025-02-03', 'Ravi,2025-01-04,y,2025-02-05')),
    columns: ['Name:text', 'Date:date', 'Column 3:text', 'Date:date'],
    rows: [
      ['Asha', '2025-01-03', 'x', '2025-02-03'],
      ['Ravi', '2025-01-04', 'y', '2025-02-05'],
    ],
  },
  {
    name: 'a sheet with a title, merged headers, real dates, percents and a total by formula',
    bytes: makeZip(
      workbookFiles({
        formats: [0, 14, 10, '#,##0.00'],
        sheets: {
          Report: [
            sheetRow(1, ['Jan Swasthya Trust']),
            sheetRow(2, ['Immunisation, quarter 1']),
            sheetRow(4, ['Date', 'Centre', 'Doses', null, 'Coverage']),
            sheetRow(5, [null, null, 'BCG', 'Polio', null]),
            sheetRow(6, [[45748, 1], 'Rampur', 25, 31, [0.85, 2]]),
            sheetRow(7, [[45755, 1], 'Sitapur', 18, 22, [0.9, 2]]),
            sheetRow(8, [[45762, 1], 'Mau', 40, 39, [1, 2]]),
            '<row r="9"><c r="A9" t="inlineStr"><is><t>Total</t></is></c><c r="C9"><f>SUM(C6:C8)</f><v>83</v></c><c r="D9"><f>SUM(D6:D8)</f><v>92</v></c></row>',
          ].join(''),
        },
      }),
    ),
    columns: ['Date:date', 'Centre:text', 'Doses BCG:integer', 'Doses Polio:integer', 'Coverage:decimal'],
    rows: [
      ['2025-04-01', 'Rampur', 25, 31, 0.85],
      ['2025-04-08', 'Sitapur', 18, 22, 0.9],
      ['2025-04-15', 'Mau', 40, 39, 1],
    ],
  },
  {
    name: 'a sheet that begins in the second column',
    bytes: makeZip(
      workbookFiles({
        sheets: {
          Data: [
            sheetRow(2, [null, 'Name', 'Age']),
            sheetRow(3, [null, 'Asha', 12]),
            sheetRow(4, [null, 'Ravi', 14]),
          ].join(''),
        },
      }),
    ),
    columns: ['Name:text', 'Age:integer'],
    rows: [
      ['Asha', 12],
      ['Ravi', 14],
    ],
  },
];
