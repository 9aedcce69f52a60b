using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// Writes the clusters of users as the serializer writes <see cref="UserClusterResponse"/>, byte for byte, but faster: backends request this
/// response thousands of times a second. What every answer says of a cluster or of the clustering is encoded once.
/// </summary>
internal sealed class UserClusterJson
{
    private const string ContentType = "application/json; charset=utf-8";

    // Upper bounds of the bytes for the names, separators and numbers of an answer and of a membership.
    private const int OwnRoom = 256, MembershipRoom = 64;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? _scratch;

    private readonly byte[][] _clusters; // by index
    private readonly byte[] _clustering;
    private readonly byte[] _batch;
    private readonly int _longest;

    /// <param name="clusters">The clusters, by index.</param>
    /// <param name="clusteringId">Their clustering.</param>
    /// <param name="assignedAt">When it was computed.</param>
    public UserClusterJson(IEnumerable<ClusterResponse> clusters, Guid clusteringId, DateTime assignedAt)
    {
        _clusters = [.. clusters.Select(cluster => Encode(new { ClusterId = cluster.Id, cluster.Label }))];
        _longest = _clusters.Select(cluster => cluster.Length).DefaultIfEmpty().Max();
        _clustering = Encode(new { ClusteringId = clusteringId });
        _batch = Encode(new { AssignedAt = assignedAt, Source = UserClusterResponse.Batch });
    }

    /// <summary>Writes the body of a response and its headers.</summary>
    public void WriteTo(HttpResponse response, in FoundUser user)
    {
        var (buffer, writer) = _scratch ??= CreateScratch();
        buffer.ResetWrittenCount();
        writer.Reset();
        Write(buffer, writer, user);
        response.ContentType = ContentType;
        response.ContentLength = buffer.WrittenCount;
        // Write copies the buffer, so that the next request on this thread can reuse it.
        response.BodyWriter.Write(buffer.WrittenSpan);
    }

    /// <param name="buffer">Receives the answer.</param>
    /// <param name="writer">Writes into it what needs escapes.</param>
    /// <param name="user">The user.</param>
    private void Write(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer, in FoundUser user)
    {
        writer.WriteStartObject();
        writer.WriteString("userId"u8, user.UserId);
        writer.Flush();

        var text = new Utf8Text(buffer.GetSpan(OwnRoom + _clustering.Length + _batch.Length + ((user.Memberships.Length + 1) * (_longest + MembershipRoom))));
        text.Append(","u8);
        text.Append(_clusters[user.Cluster.Index]);
        text.Append(",\"confidence\":"u8);
        text.Append(user.Confidence);
        text.Append(",\"memberships\":["u8);
        foreach (var membership in user.Memberships)
        {
            text.Append("{"u8);
            text.Append(_clusters[membership.Number.Index]);
            text.Append(",\"probability\":"u8);
            text.Append(membership.Probability);
            text.Append("},"u8);
        }

        if (user.Memberships.Length > 0) text.RemoveLast();
        text.Append("],\"distance\":"u8);
        text.Append(user.Distance);
        text.Append(user.Noise ? ",\"noise\":true,\"strength\":"u8 : ",\"noise\":false,\"strength\":"u8);
        if (user.Strength is { } strength) text.Append(strength);
        else text.Append("null"u8);
        text.Append(","u8);
        text.Append(_clustering);
        if (user.PlacedAt is null)
        {
            text.Append(","u8);
            text.Append(_batch);
            text.Append("}"u8);
            buffer.Advance(text.Length);
            return;
        }

        buffer.Advance(text.Length);
        writer.WriteString("assignedAt"u8, user.PlacedAt.Value);
        writer.WriteString("source"u8, UserClusterResponse.Incremental);
        writer.WriteEndObject();
        writer.Flush();
    }

    /// <summary>Returns the properties of an object as JSON, without the braces.</summary>
    private static byte[] Encode(object properties) => JsonSerializer.SerializeToUtf8Bytes(properties, _json)[1..^1];

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) CreateScratch()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }));
    }

    /// <summary>Appends UTF-8 text to a span; the caller provides a span that is long enough.</summary>
    private ref struct Utf8Text(Span<byte> space)
    {
        private readonly Span<byte> _space = space;

        public int Length { get; private set; }

        public void Append(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_space[Length..]);
            Length += text.Length;
        }

        public void Append(float number)
        {
            if (!number.TryFormat(_space[Length..], out int written, default, CultureInfo.InvariantCulture)) throw new ArgumentOutOfRangeException(nameof(number));
            Length += written;
        }

        public void RemoveLast() => Length--;
    }
}
