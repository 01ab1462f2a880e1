//! How the token changes that this device shows its server.
use crate::Result;
use crate::core::Core;
use crate::device::env::random;
use crate::device::token::{Token, Tokens, hash};
use domain::sync::TokenWord;
use domain::{Code, Failure, Hash};

impl Core {
    /// SHA-256 of the token that is proposed.
    pub(crate) fn next_token(&self) -> Result<Option<Hash>> {
        Ok(self.tokens()?.next.as_ref().map(|next| hash(next)))
    }

    /// Another token, on the disk before the server hears of it; the same until it is in use.
    pub(crate) fn propose_token(&mut self) -> Result<Token> {
        if let Some(next) = &self.tokens()?.next {
            return Ok(next.clone());
        }
        let next: Token = random(self.env()).into();
        let tokens = Tokens { next: Some(next.clone()), ..self.tokens()?.clone() };
        self.keep_tokens(tokens, None)?;
        Ok(next)
    }

    /// Shows this token from now on.
    pub(crate) fn adopt_token(&mut self, token: &Token) -> Result<()> {
        let mut tokens = self.tokens()?.clone();
        tokens.adopt(token, &self.secret()?.token);
        self.keep_tokens(tokens, Some(token.clone()))
    }

    /// What else the server may know this device by, the likeliest first.
    pub(crate) fn other_tokens(&self) -> Result<Vec<Token>> {
        let Tokens { next, past, .. } = self.tokens()?.clone();
        Ok(next.into_iter().chain(past).collect())
    }

    /// Does what the server says of the token; whether to ask again at once: an old token is good for nothing from the first use of the new one on.
    pub(crate) fn hear_of_token(&mut self, word: TokenWord) -> Result<bool> {
        match word {
            TokenWord::Renew if self.tokens()?.next.is_none() => self.propose_token().map(|_| true),
            TokenWord::Renew => Ok(false),
            TokenWord::Kept(kept) => {
                let Some(next) = self.tokens()?.next.clone().filter(|next| hash(next) == kept) else { return Ok(false) };
                self.adopt_token(&next).map(|()| true)
            }
        }
    }

    fn keep_tokens(&mut self, tokens: Tokens, token: Option<Token>) -> Result<()> {
        let mut file = self.key_file()?.ok_or(Failure::from(Code::NotEnrolled))?;
        file.tokens = Some(tokens.seal(self.secret()?, self.env())?);
        file.write(self.vault())?;
        self.put_tokens(tokens, token);
        Ok(())
    }
}
