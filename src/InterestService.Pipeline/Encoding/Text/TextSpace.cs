using System.Numerics.Tensors;
using InterestService.Pipeline.LanguageModels;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline.Encoding.Text;

/// <summary>
/// The space of texts: the vector of the language model, without the large mean that sentence vectors share and that would make all users
/// similar, joined to the one of <see cref="LexicalVectors"/>, and projected on the leading principal components of both. The lexical part
/// has a small share of the squared length, and all of it where the model knows no word of a text. (Mu and Viswanath, "All-but-the-Top",
/// ICLR 2018, remove some components as well; on titles of goods that lost recall.)
/// </summary>
/// <param name="Mean">Mean of the model's vectors of all texts, <c>[1 x width]</c>.</param>
/// <param name="Components"><c>[dimensions x (width + lexical width)]</c>, rows of unit length; zero where the texts have no more.</param>
/// <param name="Lexical">Null for the spaces of earlier versions, which have no lexical part.</param>
internal sealed record TextSpace(Matrix Mean, Matrix Components, LexicalVectors? Lexical)
{
    /// <summary>Share of the lexical part where the model knows all words.</summary>
    private const float LexicalShare = .35f;

    // A text this near to the mean carries no information; the difference is rounding error.
    private const float Nothing = 1e-4f;

    /// <summary>Computes the mean and the leading principal components of texts.</summary>
    /// <param name="texts">Texts by the language model.</param>
    /// <param name="lexical">Their lexical vectors.</param>
    /// <param name="dimensions">Number of components kept.</param>
    /// <param name="threads">Maximum number of threads.</param>
    /// <param name="cancellation">Checked before each chunk of rows.</param>
    public static TextSpace Fit(ModelTexts texts, LexicalVectors lexical, int dimensions, int threads, CancellationToken cancellation)
    {
        var space = new TextSpace(UnitRows.Mean(texts.Vectors), new Matrix(0, 0), lexical);
        var joined = space.Join(texts, threads, cancellation);
        return space with { Components = LeadingDirections.Compute(joined, dimensions, mean: null, threads, cancellation) };
    }

    /// <summary>Computes the vectors of texts in the space: <c>[texts x dimensions]</c>, rows of unit length unless zero.</summary>
    public Matrix Project(ModelTexts texts, int threads, CancellationToken cancellation)
    {
        var projected = InnerProducts.Compute(Join(texts, threads, cancellation), Components, threads);
        for (int i = 0; i < projected.Rows; i++) ScaleTo(1, projected.Row(i));
        return projected;
    }

    private Matrix Join(ModelTexts texts, int threads, CancellationToken cancellation)
    {
        int width = Mean.Columns;
        var words = Lexical?.Encode(texts.Texts, threads, cancellation);
        var joined = new Matrix(texts.Texts.Count, width + (words?.Columns ?? 0));
        for (int i = 0; i < joined.Rows; i++)
        {
            var meaning = joined.Row(i)[..width];
            TensorPrimitives.Subtract(texts.Vectors.Row(i), Mean.Values, meaning);
            if (words is null) continue;
            float share = LexicalShare + ((1 - LexicalShare) * texts.Unknown[i]);
            ScaleTo(MathF.Sqrt(1 - share), meaning);
            TensorPrimitives.Multiply(words.Row(i), MathF.Sqrt(share), joined.Row(i)[width..]);
        }

        return joined;
    }

    private static void ScaleTo(float length, Span<float> row)
    {
        float found = TensorPrimitives.Norm<float>(row);
        if (found > Nothing) TensorPrimitives.Multiply(row, length / found, row);
        else row.Clear();
    }
}
