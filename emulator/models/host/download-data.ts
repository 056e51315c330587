/**
 * What the host offers for download when nobody gives it anything else.
 *
 * The RID and AIDs are UnionPay's, public on every card. The keys were made for this project, their private halves
 * thrown away, but for E2: that is the authority of fixtures/emv/keys.json, which certifies the emulated chip cards. The
 * cards on the blacklist do not exist, and the last of them is the test card `lost-card`.
 */
import type { Application, CaKey, DownloadData } from './downloads.ts';

const RID = 'A000000333';

const caKey = (index: string, modulus: string, checkValue: string): CaKey => ({
  rid: RID,
  index,
  expiry: '20351231',
  hashAlgorithm: '01',
  keyAlgorithm: '01',
  modulus,
  exponent: '03',
  checkValue,
});

const application = (aid: string): Application => ({
  aid,
  tags: [
    ['DF01', '00'],
    ['9F08', '0030'],
    ['DF11', 'D84000A800'],
    ['DF12', 'D84004F800'],
    ['DF13', '0010000000'],
    ['9F1B', '00000000'],
    ['DF15', '00000000'],
    ['DF16', '99'],
    ['DF17', '99'],
    ['DF14', '9F3704'],
    ['DF18', '01'],
    ['9F7B', '000000100000'],
    ['DF19', '000000100000'],
    ['DF20', '000000100000'],
    ['DF21', '000000100000'],
  ],
});

/** Parameter 26 (dialect sheet 7.5): bits 1 to 8 and 11 are what this host does. */
const TRANSACTION_SWITCHES = '\u00ff\u0020\u0000\u0000';

export const defaultDownloads: DownloadData = {
  parameters: [
    ['11', '60'],
    ['12', '60'],
    ['13', '3'],
    ['20', '1'],
    ['21', '1'],
    ['22', 'SLIPWAY TEST SHOP'.padEnd(40)],
    ['23', '3'],
    ['24', '1'],
    ['26', TRANSACTION_SWITCHES],
  ],
  caKeys: [
    caKey(
      'E1',
      'B5CE5AF4B1FDE5C0ED47F9D5C924DFF1F05E772BAE3A69B08EF89811A0EB28375BF7C14D412986B92E6755CD0303F96613F9DCE72E47984A' +
        'F40F07B2D1E74F37E54DE56F474973948BC1874B0A5DBCBCC26A5F9C65C2AD37D6A8A9EF53B571D352A2BD6FE3254F65AF7285201903AE6F' +
        '11236F583CDB280DAAC5945BC260D801',
      '893462C2693072B073E8EE76DC7ECEC75979C8FB',
    ),
    caKey(
      'E2',
      'E4F89C50F4A9DF512B2EC51DF376C0134A8C80DA86F16FE3BDE9CFB9CA6478F93B98DD31F2E238D39563B5C71B83914E6E6E04DEFF8704ED' +
        '25CBCEF09F872F45B039454A3E310709872A648AF98C86A84D600F2BAE35057621C98F727AD9E0F1E0B735638084B68A0B41A66BE4049C67' +
        '1CF8DB933FFE64AC00FE928F301272D3A34D1A21B2426FDAFFACE950AD4AFA1A9B6B7D83C75C842D8EC065D196C3EDA59134508DB23DCFC2' +
        '11D7AB9BFA715617',
      '548FADDCC7016A4C8913F78392ED694124F44BCB',
    ),
    caKey(
      'E3',
      'FAA7AC4830F76312F0AB33975B61BDBB89CAA1C945012E56297114D6031103BAC336DA6BB59D753D7BC9E24E9560C9E38F2046577EA7606C' +
        '3CCC44AFF6261ADA9C71260B43619E04624919CDCB412091020A3EC2F7BAAB9F16AB0824FF45D3FA8FB94031C6CC5AA3073D197B1A3F430C' +
        '06E79A766E8F5B4C98659259AF9275E5',
      'D344243D72E6269C6809AC9DC514D34209C2C869',
    ),
  ],
  applications: ['01', '02', '03', '06'].map((last) => application(`${RID}0101${last}`)),
  blacklist: ['6222021234567890011', '6222021234567890029', '6222021234567890037', '6222021234567804228'],
  // Few, so that every terminal meets a list that goes on.
  entriesPerAnswer: 2,
};
