using System.Security.Cryptography;
using System.Text.Json;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;

namespace InterestService.Api.Jobs;

/// <summary>What makes it safe to send a request that starts a job twice (draft-ietf-httpapi-idempotency-key-header).</summary>
/// <param name="Hash">Of the kind of job, the caller and the key in the header, so that callers do not share keys.</param>
/// <param name="Request">Hash of the completed request; it does not depend on the order of fields or the format of values.</param>
internal sealed record IdempotencyKey(byte[] Hash, byte[] Request)
{
    public const string Header = "Idempotency-Key";

    /// <summary>How long a key is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Adds an error when the header is not a key.</summary>
    public static void Check(string? header, Dictionary<string, string[]> errors)
    {
        if (header?.Length is 0 or > 256) errors[Header] = ["Expected 1 to 256 characters."];
    }

    /// <param name="caller">Name of the caller.</param>
    /// <param name="header">Value of the header.</param>
    /// <param name="request">The request with every default filled in.</param>
    /// <returns>Null without a header.</returns>
    public static IdempotencyKey? Create<T>(string caller, string? header, object request)
        where T : LongJob => header is null
            ? null
            : new IdempotencyKey(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes<string[]>([typeof(T).Name, caller, header])), HashOf(request));

    private static byte[] HashOf(object request)
    {
        using var canonical = new MemoryStream();
        using (var writer = new Utf8JsonWriter(canonical))
            Write(writer, JsonSerializer.SerializeToElement(request, InterestDbContext.JsonOptions));
        return SHA256.HashData(canonical.ToArray());
    }

    /// <summary>Writes the properties of objects in the order of their names, which are the same in any case.</summary>
    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var (name, property) in value.EnumerateObject()
                    .Select(property => (Name: property.Name.ToUpperInvariant(), property.Value)).OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, property);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.EnumerateArray()) Write(writer, element);
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }
}
