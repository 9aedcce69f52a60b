using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.LanguageModels;

/// <summary>A pretrained language model that turns texts into vectors. Calls may run at the same time.</summary>
public interface ITextModel : IDisposable
{
    /// <summary>Computes the vectors of texts. The vector of a text does not depend on the other texts.</summary>
    /// <param name="texts">Not empty.</param>
    /// <param name="report">Called after each batch with its number, from 1, and the number of batches.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <exception cref="Events.PipelineException">The model cannot be used; the message gives the reason.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    ModelTexts Encode(IReadOnlyList<string> texts, Action<int, int> report, CancellationToken cancellation);
}

/// <summary>Texts by a language model.</summary>
/// <param name="Texts">The texts, <c>[texts]</c>.</param>
/// <param name="Vectors"><c>[texts x width of the model]</c>, rows of unit length.</param>
/// <param name="Unknown">Share of each text's tokens that the model cannot read, 0 to 1, <c>[texts]</c>.</param>
public sealed record ModelTexts(IReadOnlyList<string> Texts, Matrix Vectors, float[] Unknown)
{
    /// <summary>Returns some of the texts, from one to before another.</summary>
    public ModelTexts Range(int first, int end) => new(
        [.. Texts.Skip(first).Take(end - first)],
        new Matrix(end - first, Vectors.Columns, Vectors.Values[(first * Vectors.Columns)..(end * Vectors.Columns)]), Unknown[first..end]);
}
