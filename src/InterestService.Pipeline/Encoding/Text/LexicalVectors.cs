using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using InterestService.Pipeline.Language;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>
/// Texts as vectors of what they are written with, in any script: their terms (<see cref="Terms"/>) and, since a term may have many forms or
/// be a stop word, the n-grams of characters of their words (Bojanowski, Grave, Joulin and Mikolov, TACL 2017). Each has a fixed sparse
/// random direction (Achlioptas 2003; random indexing: Kanerva, Kristoferson and Holst 2000), given by its hash, and counts by its inverse
/// document frequency. No vocabulary is kept: texts that come later are mapped by the same directions, and nothing can be read from them.
/// </summary>
/// <param name="inverseFrequency">By the remainder of a feature's hash, <c>[1 x buckets]</c>.</param>
internal sealed class LexicalVectors(Matrix inverseFrequency)
{
    /// <summary>Length of a vector.</summary>
    public const int Width = 256;

    private const int Buckets = 1 << 14;

    // Of the Width components of a direction, 8 are not 0: a byte of the hash gives the place of each.
    private const int NonZero = sizeof(ulong);

    private const long TermSeed = 1, GramSeed = 2;

    private const char FirstHangul = '\uac00', LastHangul = '\ud7a3';

    /// <summary>Inverse document frequencies, <c>[1 x buckets]</c>.</summary>
    public Matrix InverseFrequency => inverseFrequency;

    /// <summary>Counts in how many texts features occur; without texts, all count alike.</summary>
    public static LexicalVectors Fit(IReadOnlyList<string> texts)
    {
        int[] counts = new int[Buckets];
        foreach (string text in texts)
            foreach (ulong bucket in Features(text).SelectMany(group => group).Select(BucketOf).Distinct()) counts[bucket]++;
        return new LexicalVectors(new Matrix(1, Buckets, [.. counts.Select(count => (float)(1 + Math.Log((1.0 + texts.Count) / (1 + count))))]));
    }

    /// <summary>Computes the vectors of texts, <c>[texts x <see cref="Width"/>]</c>: rows of unit length; zero for a text without any character.</summary>
    public Matrix Encode(IReadOnlyList<string> texts, int threads, CancellationToken cancellation)
    {
        var vectors = new Matrix(texts.Count, Width);
        new RowChunks(texts.Count, threads, cancellation).ForEach((_, first, end) =>
        {
            float[] part = new float[Width];
            for (int text = first; text < end; text++)
            {
                // Terms and n-grams count alike, however many there are.
                foreach (var group in Features(texts[text]))
                {
                    Array.Clear(part);
                    foreach (ulong feature in group) Add(feature, inverseFrequency.Values[BucketOf(feature)], part);
                    AddDirection(part, vectors.Row(text));
                }

                float[] sum = vectors.Row(text).ToArray();
                vectors.Row(text).Clear();
                AddDirection(sum, vectors.Row(text));
            }
        });
        return vectors;
    }

    private static ulong BucketOf(ulong feature) => feature % Buckets;

    private static void Add(ulong feature, float weight, Span<float> sums)
    {
        ulong signs = XxHash3.HashToUInt64(MemoryMarshal.AsBytes([feature]));
        for (int i = 0; i < NonZero; i++) sums[(byte)(feature >> (8 * i))] += (signs >> i & 1) == 0 ? weight : -weight;
    }

    private static void AddDirection(ReadOnlySpan<float> vector, Span<float> sums)
    {
        float length = TensorPrimitives.Norm(vector);
        if (length > 0) TensorPrimitives.MultiplyAdd(vector, 1 / length, sums, sums);
    }

    /// <summary>Returns the hashes of the terms of a text, and those of the n-grams of its words, each once.</summary>
    private static HashSet<ulong>[] Features(string text)
    {
        var grams = new HashSet<ulong>();
        foreach (Word word in WordSegmenter.Split(WordSegmenter.Normalize(text)))
        {
            // A Han character or a kana says about as much as three letters, and two syllables of Hangul do.
            bool letters = word.Kind != WordKind.Ideographs && !word.Text.AsSpan().ContainsAnyInRange(FirstHangul, LastHangul);
            string spelled = letters ? $"<{word.Text}>" : word.Text;
            int length = Math.Min(letters ? 3 : word.Kind == WordKind.Ideographs ? 1 : 2, spelled.Length);
            for (int start = 0; start + length <= spelled.Length; start++) grams.Add(Hash(spelled.AsSpan(start, length), GramSeed));
        }

        return [[.. Terms.Extract(text).Select(term => Hash(term, TermSeed))], grams];
    }

    private static ulong Hash(ReadOnlySpan<char> feature, long seed) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(feature), seed);
}
