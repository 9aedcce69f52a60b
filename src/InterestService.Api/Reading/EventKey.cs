using System.Buffers.Binary;
using System.IO.Hashing;

namespace InterestService.Api.Reading;

/// <summary>
/// Computes the 128-bit identity of an event within its user: two events are the same when their <c>eventId</c> is or, without one, when
/// item, type, time and query are. XxHash128 is fast but not collision-resistant: a sender who makes two keys collide loses only an event
/// of their own.
/// </summary>
internal static class EventKey
{
    public const int Bytes = 16;

    private const byte ByContent = 0;
    private const byte ById = 1;
    private const int UsualLength = 512;

    public static void Write(in CheckedEvent e, Span<byte> destination)
    {
        var length = 1 + (3 * sizeof(int)) + sizeof(long) + e.EventId.Length + e.ItemId.Length + e.EventType.Length + e.Query.Length;
        var identity = length <= UsualLength ? stackalloc byte[UsualLength] : new byte[length];
        var rest = identity[1..];
        if (e.EventId.IsEmpty)
        {
            identity[0] = ByContent;
            BinaryPrimitives.WriteInt64BigEndian(rest, e.OccurredAt);
            rest = rest[sizeof(long)..];
            Append(ref rest, e.ItemId);
            Append(ref rest, e.EventType);
            Append(ref rest, e.Query);
        }
        else
        {
            identity[0] = ById;
            Append(ref rest, e.EventId);
        }

        XxHash128.Hash(identity[..^rest.Length], destination);
    }

    /// <summary>Appends a part after its length, so that no two lists of parts have the same bytes.</summary>
    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32BigEndian(rest, part.Length);
        part.CopyTo(rest[sizeof(int)..]);
        rest = rest[(sizeof(int) + part.Length)..];
    }
}
