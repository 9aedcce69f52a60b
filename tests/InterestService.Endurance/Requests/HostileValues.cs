using System.Text;
using System.Text.Json.Nodes;

namespace InterestService.Endurance.Requests;

/// <summary>Values that programs tend to forget, and changes of valid JSON that make it invalid in one place.</summary>
internal static class HostileValues
{
    /// <summary>Texts for the path, the query, headers and fields.</summary>
    public static readonly string[] Texts =
    [
        "", " ", "\0", "a\0b", "\u200B", "\uFEFF", "\uFFFF", "e\u0301", "\u202Etxt", "ゆざ", "👩‍👩‍👧", "..", ".", "a/b", "a%2Fb", "%", "%zz", "\\", "\"", "'; DROP TABLE events; --", "${7*7}", "<script>",
        "null", "undefined", "NaN", "true", "-1", "0", "1e309", "99999999999999999999", "2147483648", "-2147483649", "0x1F", "1,5", "0001-01-01T00:00:00Z", "9999-12-31T23:59:60.9999999Z",
        "2024-02-30T00:00:00Z", "2024-01-01", "00000000-0000-0000-0000-000000000000", "AA", "NXwA", "*", "links", "labels", new('x', 257), new('ü', 5000), "\r\nX-Injected: 1", "user-1", "item-1",
    ];

    private static readonly Func<JsonNode?>[] _nodes =
    [
        () => null, () => true, () => 0, () => -1, () => 1e308, () => int.MaxValue + 1L, () => .1, () => "", () => new JsonArray(), () => new JsonObject(), () => new JsonArray(null, null),
        () => new JsonObject { [""] = null }, () => new JsonObject { ["a\0"] = 1 }, () => Nested(60), () => Nested(200),
    ];

    /// <summary>Changes one place of a JSON document, chosen at random.</summary>
    public static JsonNode? Change(JsonNode? document, Random random)
    {
        var places = new List<JsonNode>();
        Collect(document, places);
        if (places.Count == 0) return Value(random);
        switch (places[random.Next(places.Count)])
        {
            case JsonObject node:
                var names = node.Select(field => field.Key).ToArray();
                string name = names.Length > 0 && random.Next(4) > 0 ? names[random.Next(names.Length)] : Texts[random.Next(Texts.Length)];
                if (random.Next(6) == 0) node.Remove(name);
                else node[name] = Value(random);
                break;
            case JsonArray node:
                if (node.Count > 0 && random.Next(3) > 0) node[random.Next(node.Count)] = Value(random);
                else node.Add(Value(random));
                break;
        }

        return document;
    }

    /// <summary>Damages bytes: cuts them, changes one, repeats a part, or puts a byte into them that is no UTF-8.</summary>
    public static byte[] Damage(byte[] bytes, Random random)
    {
        if (bytes.Length == 0) return [0xFF];
        int at = random.Next(bytes.Length);
        switch (random.Next(5))
        {
            case 0: return bytes[..at];
            case 1: return [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]];
            case 2: return [.. bytes, .. bytes[at..]];
            case 3: return [.. bytes[..at], 0xED, 0xA0, 0x80, .. bytes[at..]];
            default: return [.. bytes[..at], .. Encoding.UTF8.GetBytes(Texts[random.Next(Texts.Length)]), .. bytes[at..]];
        }
    }

    private static JsonNode? Value(Random random) => random.Next(2) == 0 ? Texts[random.Next(Texts.Length)] : _nodes[random.Next(_nodes.Length)]();

    private static void Collect(JsonNode? node, List<JsonNode> places)
    {
        if (node is JsonObject or JsonArray) places.Add(node);
        foreach (var child in node switch { JsonObject fields => fields.Select(field => field.Value), JsonArray items => items, _ => [] }) Collect(child, places);
    }

    private static JsonArray Nested(int depth)
    {
        var node = new JsonArray();
        for (int level = 1; level < depth; level++) node = new JsonArray(node);
        return node;
    }
}
