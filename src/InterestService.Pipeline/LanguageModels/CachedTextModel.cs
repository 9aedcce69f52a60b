using System.IO.Hashing;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>
/// A language model that computes only the vectors that are not in a cache, under the digests of the model and the text; it is not even opened
/// where none is missing. A vector depends on its text alone, so it is the same either way.
/// </summary>
/// <param name="version">Tells the model from others.</param>
/// <param name="open">Opens it.</param>
/// <param name="cache">What is known; shared with other models.</param>
internal sealed class CachedTextModel(string version, Func<ITextModel> open, VectorCache cache) : ITextModel
{
    private readonly Lazy<ITextModel> _model = new(open);

    public ModelTexts Encode(IReadOnlyList<string> texts, Action<int, int> report, CancellationToken cancellation)
    {
        UInt128[] keys = [.. texts.Select(Key)];
        float[]?[] found = Array.ConvertAll(keys, cache.Find); // the vector, then the share of unknown tokens
        int[] missing = [.. Enumerable.Range(0, keys.Length).Where(text => found[text] is null)];
        if (missing.Length == 0) report(1, 1);
        else
        {
            var encoded = _model.Value.Encode([.. missing.Select(text => texts[text])], report, cancellation);
            foreach (var (row, text) in missing.Index())
                cache.Add(keys[text], found[text] = [.. encoded.Vectors.Row(row), encoded.Unknown[row]]);
        }

        var vectors = new Matrix(texts.Count, found[0]!.Length - 1);
        for (int text = 0; text < texts.Count; text++) found[text].AsSpan(0, vectors.Columns).CopyTo(vectors.Row(text));
        return new ModelTexts(texts, vectors, [.. found.Select(numbers => numbers![^1])]);
    }

    public void Dispose()
    {
        if (_model.IsValueCreated) _model.Value.Dispose();
    }

    private UInt128 Key(string text)
    {
        var hash = new XxHash128();
        hash.Append(MemoryMarshal.AsBytes(version.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes("\0".AsSpan()));
        hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
        return hash.GetCurrentHashAsUInt128();
    }
}
