using System.Buffers.Binary;
using System.Text;

namespace InterestService.Endurance.Fuzzing;

/// <summary>Changes bodies at random: bytes, ranges and lengths, with tokens that the formats give a meaning to.</summary>
/// <param name="random">Decides what is changed.</param>
internal sealed class Mutations(Random random)
{
    private const int MaxBytes = 16 << 10;

    private static readonly int[] _numbers = [0, 1, -1, 7, 127, 128, 255, 256, 32767, 65535, 65536, int.MaxValue, int.MinValue, 0x7FFFFFF0];

    private static readonly byte[][] _tokens =
    [
        .. new[]
        {
            "\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "\\", "\\N", "NULL", "null", "true", "{", "}", "[", "]", "{}", "[]", ":", "{\"events\":[", "\uFEFF", "\0", "\\u0000",
            "\\ud800", "\\udc00", "1e999", "-0", "NaN", "Infinity", "99999999999999999999", "2024-05-01T12:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "userId",
            "user_id", "itemId", "item_id", "eventType", "event_type", "timestamp", "value", "category", "|", "用户", "\U0001F600", "e\u0301", "#", "sep=,", "PAR1", "/*", "//",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xEF, 0xBB], [0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD],
    ];

    /// <summary>Returns a changed copy of one of several bodies.</summary>
    /// <param name="bodies">The bodies; parts of two may be put together.</param>
    public byte[] Next(IReadOnlyList<byte[]> bodies)
    {
        var body = new List<byte>(bodies[random.Next(bodies.Count)]);
        for (int changes = 1 << random.Next(4); changes > 0; changes--) Change(body, bodies[random.Next(bodies.Count)]);
        if (body.Count > MaxBytes) body.RemoveRange(MaxBytes, body.Count - MaxBytes);
        return [.. body];
    }

    private void Change(List<byte> body, byte[] other)
    {
        int at = random.Next(body.Count + 1);
        int length = random.Next(1 + Math.Min(body.Count - at, 1 << random.Next(10)));
        switch (random.Next(9))
        {
            case 0 when at < body.Count:
                body[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < body.Count:
                body[at] = (byte)random.Next(256);
                break;
            case 2:
                body.RemoveRange(at, length);
                break;
            case 3:
                body.InsertRange(random.Next(body.Count + 1), body.GetRange(at, length));
                break;
            case 4:
                body.InsertRange(at, _tokens[random.Next(_tokens.Length)]);
                break;
            case 5:
                byte[] token = _tokens[random.Next(_tokens.Length)];
                body.RemoveRange(at, Math.Min(token.Length, body.Count - at));
                body.InsertRange(at, token);
                break;
            case 6:
                int from = random.Next(other.Length + 1);
                body.InsertRange(at, other[from..(from + random.Next(other.Length - from + 1))]);
                break;
            case 7 when body.Count - at >= 4:
                byte[] number = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(number, _numbers[random.Next(_numbers.Length)]);
                for (int i = 0; i < number.Length; i++) body[at + i] = number[i];
                break;
            case 8 when random.Next(4) == 0:
                body.RemoveRange(at, body.Count - at);
                break;
        }
    }
}
