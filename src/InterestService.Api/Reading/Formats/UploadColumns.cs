namespace InterestService.Api.Reading.Formats;

/// <summary>Finds the fields of a schema among the columns of a table. Names are in snake_case or camelCase, in any case and order; unknown ones are ignored.</summary>
internal static class UploadColumns
{
    public const int Absent = -1;

    /// <summary>Returns whether a column holds a field.</summary>
    public static bool Names(UploadField field, string column) =>
        column.Equals(field.ColumnName, StringComparison.OrdinalIgnoreCase) || column.Equals(field.Name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the position of the column of each field, <see cref="Absent"/> where there is none.</summary>
    /// <param name="refuse">Creates the exception for columns that do not fit: <c>lacks a, b</c> or <c>names a 2 times</c>.</param>
    public static int[] Find(UploadSchema schema, string[] columns, Func<string, BadUploadException> refuse)
    {
        int[] found = Array.ConvertAll(schema.Fields, FindOne);
        string[] missing = [.. schema.Fields.Where((field, i) => field.Required && found[i] == Absent).Select(field => field.ColumnName)];
        return missing.Length == 0 ? found : throw refuse($"lacks {string.Join(", ", missing)}");

        int FindOne(UploadField field)
        {
            int[] all = [.. Enumerable.Range(0, columns.Length).Where(i => Names(field, columns[i]))];
            return all.Length > 1 ? throw refuse($"names {field.ColumnName} {all.Length} times") : all is [var only] ? only : Absent;
        }
    }
}
