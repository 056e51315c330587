/** What is baked: the characters that a narrow cell can be asked for, and those of GBK for the wide one. */

const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index));

/** Of the code pages 437, 850, 858, 866, 1250, 1251, 1252, ISO 8859-2 and -15, and of the national variants. */
const BEYOND_ASCII =
  '¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäå' +
  'æçèéêëìíîïðñòóôõö÷øùúûüýþÿĂăĄąĆćČčĎďĐđĘęĚěıĹĺĽľŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžƒˆˇ˘˙˛˜˝ΓΘΣΦΩαδεπσ' +
  'τφЁЂЃЄЅІЇЈЉЊЋЌЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяёђѓєѕіїјљњћќўџҐґ–—‗‘' +
  '’‚“”„†‡•…‰‹›ⁿ₧₩€№™∙√∞∩≈≡≤≥⌐⌠⌡─│┌┐└┘├┤┬┴┼═║╒╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡╢╣╤╥╦╧╨╩╪╫╬▀▄█▌▐░▒▓■';

export const NARROW_CHARACTERS: ReadonlySet<string> = new Set(ASCII + BEYOND_ASCII);

/** Every two-byte GBK character but the private-use ones. */
export function gbkCharacters(): ReadonlySet<string> {
  const gbk = new TextDecoder('gbk');
  const characters = new Set<string>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const text = gbk.decode(Uint8Array.of(lead, trail));
      if (text.length === 1 && text !== '\ufffd' && !/\p{Co}/u.test(text)) characters.add(text);
    }
  }
  return characters;
}
